package io.weir.peers.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/** Settings of the stores, for values of some KiB that are read by key and overwritten. Memory is shared by all of them. */
public final class RocksDb implements RocksDBConfigSetter {
    private static final long MEMORY_BYTES = 256L << 20;
    private static final long WRITE_BUFFERS_BYTES = 128L << 20;
    private static final double BLOOM_BITS_PER_KEY = 10;

    private static final class Shared {
        static final Cache CACHE = new LRUCache(MEMORY_BYTES, -1, false, 0.1);
        static final WriteBufferManager WRITE_BUFFERS = new WriteBufferManager(WRITE_BUFFERS_BYTES, CACHE);
        static final BloomFilter BLOOM = new BloomFilter(BLOOM_BITS_PER_KEY);
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        if (options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
            table.setBlockCache(Shared.CACHE)
                    .setCacheIndexAndFilterBlocks(true)
                    .setCacheIndexAndFilterBlocksWithHighPriority(true)
                    .setPinL0FilterAndIndexBlocksInCache(true)
                    .setFilterPolicy(Shared.BLOOM)
                    .setBlockSize(16 << 10);
            options.setTableFormatConfig(table);
        }
        options.setWriteBufferManager(Shared.WRITE_BUFFERS);
        options.setWriteBufferSize(32L << 20);
        options.setMaxWriteBufferNumber(4);
        options.setCompressionType(CompressionType.LZ4_COMPRESSION);
    }

    @Override
    public void close(String storeName, Options options) {
        // What is shared lives as long as the process.
    }
}
