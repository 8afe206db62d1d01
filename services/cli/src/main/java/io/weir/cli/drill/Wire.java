package io.weir.cli.drill;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A way over TCP that can be cut as a network is: nothing is refused and nothing is closed, it just does not arrive, until
 * it is mended; then all that was under way goes on.
 */
final class Wire implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int BUFFER_BYTES = 64 << 10;

    private final ServerSocket listening;
    private final int to;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition mended = lock.newCondition();
    private boolean cut;

    /**
     * Lays it.
     *
     * @param from the port where it begins
     * @param to the port where it ends
     */
    Wire(int from, int to) throws IOException {
        this.to = to;
        listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(LOOPBACK, from));
        Thread.startVirtualThread(this::accept);
    }

    /** Nothing arrives any more, in neither direction. */
    void cut() {
        lock.lock();
        try {
            cut = true;
        } finally {
            lock.unlock();
        }
    }

    /** Everything arrives again. */
    void mend() {
        lock.lock();
        try {
            cut = false;
            mended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket near = listening.accept();
                open.add(near);
                Thread.startVirtualThread(() -> connect(near));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket near) {
        try {
            awaitWhole();
            Socket far = new Socket(LOOPBACK, to);
            open.add(far);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Thread.startVirtualThread(() -> pass(near, far));
            pass(far, near);
        } catch (IOException | InterruptedException e) {
            close(near);
        }
    }

    private void pass(Socket from, Socket into) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitWhole();
                out.write(buffer, 0, read);
            }
            awaitWhole();
        } catch (IOException | InterruptedException ended) {
            // Whoever is at the other end learns of it by the same.
        } finally {
            close(from);
            close(into);
        }
    }

    private void awaitWhole() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (cut) {
                mended.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        mend();
        Set.copyOf(open).forEach(this::close);
    }
}
