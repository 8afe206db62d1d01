/**
 * What Kafka promises an engine, and no more, in memory and in one thread.
 *
 * <p>{@link io.weir.server.log.memory.MemoryLog} is the cluster, {@link io.weir.server.log.memory.MemoryEngineLog} the
 * clients of one engine. The promises:
 *
 * <ul>
 *   <li>A <b>partition</b> is a list; a record's offset never changes. The marker that ends a transaction takes an offset too,
 *       so what is read has gaps. Readers see what was committed and stop at the last stable offset: the first record of
 *       the oldest transaction without a marker there.
 *   <li>A <b>transaction</b> is decided at once, by its coordinator. Its markers come to each partition, and to the group's
 *       positions, one by one and later, those of different producers in any order; the next transaction of the same
 *       producer waits for them.
 *   <li>{@code init} raises a transactional id's <b>epoch</b>: what was open is aborted, and whoever has the old epoch is
 *       refused. So it is when the coordinator aborts what was open for too long.
 *   <li><b>Positions</b> committed in a transaction count once their marker has come to them; the later commit wins in
 *       whatever order markers come. A stable question waits for markers, another does not.
 *   <li>The <b>group</b> refuses positions of who is no member any more, or does not know the present generation. It does not
 *       ask whether the partitions are the member's. A partition is given to another member once its owner gave it back, in
 *       a poll of its own, or was removed: because it was silent, or because somebody released its instance id.
 *   <li><b>Compaction</b> may take any record whose key has another one after it that is older than the compaction lag;
 *       <b>retention</b> takes whatever lies at the beginning.
 *   <li>Any call may get <b>no answer</b>, whether or not it had its effect.
 * </ul>
 *
 * <p>What is left open above is drawn from a seed. Not modelled: loss of acknowledged records, more than one control
 * partition, added partitions.
 */
package io.weir.server.log.memory;
