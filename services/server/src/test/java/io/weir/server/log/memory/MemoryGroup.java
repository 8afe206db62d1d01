package io.weir.server.log.memory;

import io.weir.server.log.CommittedPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;

/** The coordinator of the group: who owns which partition, and what was committed. */
final class MemoryGroup {
    private final RandomGenerator random;
    private final int partitions;
    private final Map<String, Member> members = new TreeMap<>();
    private final Map<Integer, Member> owners = new HashMap<>();
    private final Map<Integer, Counted> committed = new HashMap<>();
    private final List<Pending> pending = new ArrayList<>();
    private int epoch;
    private long commits;

    /** One life of an instance id in the group. */
    static final class Member {
        private final String instanceId;
        private final Set<Integer> target = new TreeSet<>();
        /** The generation that the coordinator expects of it. */
        private int epoch;
        /** The generation that it knows. */
        private int knownEpoch;

        private boolean removed;

        Member(String instanceId) {
            this.instanceId = instanceId;
        }
    }

    private record Counted(CommittedPosition position, long commit) {}

    private record Pending(MemoryTransaction transaction, Map<Integer, CommittedPosition> positions, long commit) {}

    MemoryGroup(int partitions, RandomGenerator random) {
        this.partitions = partitions;
        this.random = random;
    }

    /** A new member, given partitions later. */
    Member join(String instanceId) {
        if (members.containsKey(instanceId)) {
            throw new UnreleasedInstanceIdException(instanceId + " is a member already");
        }
        Member member = new Member(instanceId);
        members.put(instanceId, member);
        rebalance();
        return member;
    }

    /** Draws anew who should have which partition; who has one that it should not gives it back first. */
    void rebalance() {
        epoch++;
        List<Member> all = List.copyOf(members.values());
        all.forEach(member -> member.target.clear());
        for (int partition = 0; partition < partitions && !all.isEmpty(); partition++) {
            all.get(random.nextInt(all.size())).target.add(partition);
        }
        for (Member member : all) {
            if (member.target.containsAll(ownedBy(member))) {
                member.epoch = epoch;
                if (random.nextBoolean()) { // in a heartbeat
                    member.knownEpoch = epoch;
                }
            }
        }
    }

    void remove(Member member) {
        if (!member.removed) {
            member.removed = true;
            members.remove(member.instanceId);
            owners.values().removeIf(owner -> owner == member);
            rebalance();
        }
    }

    void release(String instanceId) {
        Member member = members.get(instanceId);
        if (member != null) {
            remove(member);
        }
    }

    /** Whether there is a member under a name that is not this one, which may be null. */
    boolean hasAnother(String instanceId, Member ourselves) {
        Member member = members.get(instanceId);
        return member != null && member != ourselves;
    }

    /** The session of one of the members times out. */
    void removeSome() {
        if (!members.isEmpty()) {
            List<Member> all = List.copyOf(members.values());
            remove(all.get(random.nextInt(all.size())));
        }
    }

    void removeAll() {
        List.copyOf(members.values()).forEach(this::remove);
    }

    boolean isMember(Member member) {
        return member != null && !member.removed;
    }

    /** Of the partitions that a member has, those that it must give back. */
    List<Integer> toGiveBack(Member member) {
        return ownedBy(member).stream()
                .filter(partition -> !member.target.contains(partition))
                .toList();
    }

    /** The member has given partitions back. If these are all that it should, it knows the present generation; says what it gets. */
    List<Integer> giveBackAndTake(Member member, List<Integer> given) {
        given.forEach(owners::remove);
        if (!toGiveBack(member).isEmpty()) {
            return List.of();
        }
        List<Integer> taken = new ArrayList<>();
        for (int partition : member.target) {
            if (!owners.containsKey(partition) && random.nextInt(4) > 0) {
                owners.put(partition, member);
                taken.add(partition);
            }
        }
        member.epoch = epoch;
        member.knownEpoch = epoch;
        return taken;
    }

    /** A member as it knows itself. */
    record Generation(Member member, int epoch) {}

    static Generation generation(Member member) {
        return new Generation(member, member == null ? -1 : member.knownEpoch);
    }

    /** Takes positions that count if their transaction does. */
    void commit(Generation of, MemoryTransaction transaction, Map<Integer, CommittedPosition> positions) {
        if (!isMember(of.member) || of.epoch != of.member.epoch) {
            throw new CommitFailedException("not a member of this generation");
        }
        transaction.wrotePositions();
        pending.add(new Pending(transaction, Map.copyOf(positions), ++commits));
    }

    /** The marker of a transaction has come. */
    void mark(MemoryTransaction transaction) {
        for (Pending ended :
                pending.stream().filter(one -> one.transaction == transaction).toList()) {
            pending.remove(ended);
            if (transaction.isCommitted()) {
                ended.positions.forEach((partition, position) -> committed.merge(
                        partition,
                        new Counted(position, ended.commit),
                        (one, other) -> one.commit > other.commit ? one : other));
            }
        }
    }

    /** What counts by now. */
    Map<Integer, CommittedPosition> committed() {
        Map<Integer, CommittedPosition> positions = new TreeMap<>();
        committed.forEach((partition, counted) -> positions.put(partition, counted.position));
        return positions;
    }

    /** Whether the outcome of every transaction with positions is known here. */
    boolean isStable() {
        return pending.isEmpty();
    }

    /** A transaction with a position of this partition whose marker has not come; null if there is none. */
    MemoryTransaction pending(int partition) {
        return pending.stream()
                .filter(one -> one.positions.containsKey(partition))
                .map(Pending::transaction)
                .findFirst()
                .orElse(null);
    }

    private List<Integer> ownedBy(Member member) {
        return owners.entrySet().stream()
                .filter(entry -> entry.getValue() == member)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
