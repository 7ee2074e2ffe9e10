package dev.sluice.example.ucx;

import dev.sluice.api.Direction;
import dev.sluice.api.RegisteredMemory;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.example.ucx.ControlMessage.Type;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.openucx.jucx.ucp.UcpMemory;
import org.openucx.jucx.ucp.UcpRemoteKey;

/**
 * A connection to a peer: both directions, the memory of both sides, and how it ends.
 *
 * <p>Three kinds of threads meet here. Callers change counters under the lock of {@link Fate} and
 * wake the {@link ProgressThread}, which alone touches UCX and alone sends on the control socket; a
 * virtual thread receives from that socket.
 */
final class Connection implements ProgressThread.Work {
  private static final int BEAT_MILLIS = 1000;

  /** For what a living peer answers at once; a dead one must not hold up an end. */
  private static final long PATIENCE_MILLIS = 500;

  private static final long PATIENCE_NANOS = PATIENCE_MILLIS * 1_000_000;

  private final String name;
  private final ControlSocket control;
  private final Fate fate;
  private final Input input;
  private final Output output;
  private final RemoteWrites remoteWrites;
  private final ProgressThread progress;
  private final Thread receiver;
  private final long nonce = new SecureRandom().nextLong();
  private final int windowBytes;
  private final Duration peerTimeout;
  private final AtomicLong memoryNumbers = new AtomicLong();
  private final Map<Long, OwnMemory> memories = new ConcurrentHashMap<>();

  /** What others than the progress thread want to be sent. */
  private final Queue<ControlMessage> outbox = new ConcurrentLinkedQueue<>();

  /** Of the peer, from its hello on. */
  private volatile long peerNonce;

  private volatile int peerWindowBytes;

  // Guarded by fate.
  private boolean taken;
  private long peerWritten;
  private boolean peerLeft;
  private long peerRead;
  private boolean leaving;
  private boolean delivered;

  // Of the progress thread alone.
  private boolean byeSaid;

  Connection(String name, ControlSocket control, int windowBytes, Duration peerTimeout)
      throws TransportException {
    this.name = name;
    this.control = control;
    this.windowBytes = windowBytes;
    this.peerTimeout = peerTimeout;
    fate = new Fate(name);
    remoteWrites = new RemoteWrites(name);
    progress = new ProgressThread(fate, this);
    ByteRing incoming = ring(name, windowBytes);
    ByteRing outgoing;
    try {
      outgoing = ring(name, windowBytes);
    } catch (TransportException noRoom) {
      incoming.close();
      throw noRoom;
    }
    input = new Input(fate, incoming, progress::wake);
    output = new Output(fate, outgoing, remoteWrites, progress::wake);
    receiver = Thread.ofVirtual().name("ucx-control " + name).unstarted(this::receive);
  }

  private static ByteRing ring(String name, int windowBytes) throws TransportException {
    try {
      return new ByteRing(windowBytes);
    } catch (OutOfMemoryError full) {
      throw new TransportException(
          Kind.LIMIT,
          name + ": no memory for a window of " + windowBytes + " bytes: " + full.getMessage(),
          "close other channels, or choose a smaller window= or a larger -XX:MaxDirectMemorySize",
          full);
    }
  }

  /** Brings the two sides of UCX together. What fails leaves the rest to {@link #abandon}. */
  void establish(Duration timeout) throws IOException {
    progress.start();
    try {
      byte[] own = progress.call(UcxEnd::workerAddress);
      Hello peer = control.exchange(new Hello(windowBytes, nonce, own), timeout);
      peerNonce = peer.nonce();
      peerWindowBytes = peer.windowBytes();
      progress.call(
          ucx -> {
            ucx.connect(peer.workerAddress());
            return true;
          });
    } catch (ClosedChannelException ended) {
      requireSound();
      throw ended;
    }
    output.allow(peerWindowBytes);
    receiver.start();
  }

  private boolean hasFailed() {
    fate.lock();
    try {
      return fate.hasFailed();
    } finally {
      fate.unlock();
    }
  }

  private void requireSound() throws TransportException {
    fate.lock();
    try {
      fate.requireSound();
    } finally {
      fate.unlock();
    }
  }

  long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return input.read(targets, offset, length);
  }

  long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    return output.write(sources, offset, length);
  }

  void stop(Direction stopped) {
    if (stopped.reads()) {
      input.discard();
    }
    if (stopped.writes()) {
      output.end();
    }
  }

  // --- the progress thread

  @Override
  public void step(UcxEnd ucx) throws IOException {
    if (hasFailed()) {
      // What is under way would otherwise wait for a peer that may never answer.
      ucx.giveUp();
    }
    if (ucx.isConnected()) {
      input.post(ucx);
      output.send(ucx);
      tell(input.announcement(output));
      tell(output.announcement(ucx));
      tell(remoteWrites.announcement(ucx));
    }
    for (ControlMessage asked = outbox.poll(); asked != null; asked = outbox.poll()) {
      tell(asked);
    }
    sayBye();
  }

  private void tell(@Nullable ControlMessage message) throws IOException {
    if (message == null || byeSaid) {
      return;
    }
    try {
      control.send(message);
    } catch (IOException broken) {
      lost(broken);
    }
  }

  private void sayBye() {
    fate.lock();
    try {
      if (!leaving || byeSaid) {
        return;
      }
    } finally {
      fate.unlock();
    }
    byeSaid = true;
    try {
      control.send(new ControlMessage(Type.BYE, input.bytesRead()));
      control.endOutput();
    } catch (IOException gone) {
      // It has all it needs, and needs not be told.
    }
  }

  /** Also where the connection broke by itself, so that nobody has hidden anything. */
  @Override
  public void leave(UcxEnd ucx) {
    for (OwnMemory memory : memories.values()) {
      if (!memory.tryHide()) {
        ucx.keep(memory.memory());
      }
    }
  }

  @Override
  public void finish() {
    input.close();
    output.close();
    fate.end();
  }

  // --- the thread that receives from the control socket

  private void receive() {
    long lastHeard = System.nanoTime();
    long lastBeat = lastHeard;
    try {
      while (true) {
        try {
          Optional<ControlMessage> message = control.receive(BEAT_MILLIS);
          if (message.isEmpty()) {
            throw new EOFException("its control connection ended");
          }
          lastHeard = System.nanoTime();
          if (!isUnderstood(message.get())) {
            throw new ProtocolException("it says " + message.get());
          }
          if (message.get().type() == Type.BYE) {
            // Tells the peer that we know.
            control.close();
            return;
          }
        } catch (SocketTimeoutException quiet) {
          long silentMillis = (System.nanoTime() - lastHeard) / 1_000_000;
          if (silentMillis >= TimeUnit.MILLISECONDS.convert(peerTimeout)) {
            fail(Failures.peerSilent(name, silentMillis));
            return;
          }
        }
        if (System.nanoTime() - lastBeat >= BEAT_MILLIS * 1_000_000L) {
          lastBeat = System.nanoTime();
          ask(new ControlMessage(Type.BEAT, 0));
        }
      }
    } catch (ProtocolException violation) {
      fail(Failures.violation(name, Failures.detail(violation)));
    } catch (IOException broken) {
      lost(broken);
    }
  }

  private void ask(ControlMessage message) {
    outbox.add(message);
    progress.wake();
  }

  /** The control connection is gone: the end of the peer, unless one of us was leaving. */
  private void lost(IOException cause) {
    fate.lock();
    try {
      if (!peerLeft && !leaving && !fate.isOver()) {
        fail(Failures.peerGone(name, cause));
      }
    } finally {
      fate.unlock();
    }
  }

  private boolean isUnderstood(ControlMessage message) {
    long value = message.value();
    switch (message.type()) {
      case BEAT -> {}
      case READ -> output.allow(value + peerWindowBytes);
      case END -> {
        if (!input.peerEnded(value)) {
          return false;
        }
        progress.wake();
      }
      case TAKEN ->
          changed(
              () -> {
                taken = true;
                peerWritten = value;
              });
      case BYE -> {
        output.refuse();
        changed(
            () -> {
              peerLeft = true;
              peerRead = value;
            });
      }
      case WITHDRAW -> progress.submit(_ -> remoteWrites.withdraw(value));
      case WITHDRAWN -> {
        OwnMemory memory = memories.get(value);
        // Nobody was asked to give up what its owner still uses.
        if (memory == null || !memory.isClosed()) {
          return false;
        }
        progress.submit(ucx -> free(ucx, memory));
      }
    }
    return true;
  }

  private void fail(TransportException failure) {
    fate.fail(failure);
    progress.wake();
  }

  private void changed(Runnable change) {
    fate.lock();
    try {
      change.run();
      fate.changed();
    } finally {
      fate.unlock();
    }
  }

  // --- memory

  /** Returns memory of this side, zeroed. */
  RegisteredMemory allocate(long byteCount) throws IOException {
    if (byteCount < 1) {
      throw new IllegalArgumentException("memory of " + byteCount + " bytes");
    }
    OwnMemory memory = call(ucx -> allocated(ucx, byteCount));
    fate.lock();
    try {
      if (fate.isOver()) {
        // The end may have come before the memory was among those that it hides.
        memory.tryHide();
      }
    } finally {
      fate.unlock();
    }
    try {
      memory.segment().fill((byte) 0);
    } catch (IllegalStateException hidden) {
      throw new ClosedChannelException();
    }
    return memory;
  }

  private OwnMemory allocated(UcxEnd ucx, long byteCount) throws IOException {
    long number = memoryNumbers.incrementAndGet();
    UcpMemory memory = ucx.allocate(byteCount);
    try {
      byte[] packed = UcxEnd.packedKey(memory);
      MemoryKey key = new MemoryKey(number, memory.getAddress(), byteCount, packed);
      OwnMemory own = new OwnMemory(number, memory, byteCount, key.encoded(nonce), this);
      memories.put(number, own);
      return own;
    } catch (IOException | RuntimeException unusable) {
      ucx.free(memory);
      throw unusable;
    }
  }

  /**
   * Tells the peer that a memory is gone and waits until it writes there no more, within reason: a
   * peer that is stopped cannot write, and the memory is there until it has answered.
   */
  void withdraw(OwnMemory memory) {
    ask(new ControlMessage(Type.WITHDRAW, memory.number()));
    fate.lock();
    try {
      fate.awaitUntil(() -> !memories.containsKey(memory.number()), PATIENCE_NANOS);
    } finally {
      fate.unlock();
    }
  }

  private void free(UcxEnd ucx, OwnMemory memory) {
    ucx.free(memory.memory());
    changed(() -> memories.remove(memory.number()));
  }

  /** Returns the memory of the peer that belongs to a key. */
  PeerMemory remote(ByteBuffer encoded, PeerMemory.Writing writing) throws IOException {
    MemoryKey key = MemoryKey.decoded(encoded, peerNonce);
    return new PeerMemory(key, call(ucx -> ucx.unpack(key.packed())), this, writing);
  }

  /** Writes into the peer's memory; returns when the source may be reused. */
  void put(MemoryKey key, UcpRemoteKey unpacked, long offset, MemorySegment bytes)
      throws IOException {
    try {
      CompletableFuture<Void> sourceIsFree =
          call(
              ucx ->
                  remoteWrites.begin(
                      ucx,
                      key.memory(),
                      unpacked,
                      bytes.address(),
                      bytes.byteSize(),
                      key.address() + offset));
      ProgressThread.result(name, sourceIsFree);
    } catch (IOException failure) {
      requireSound();
      throw failure;
    } finally {
      // UCX knows the address alone.
      Reference.reachabilityFence(bytes);
    }
  }

  private <T> T call(ProgressThread.Task<T> task) throws IOException {
    requireSound();
    return progress.call(task);
  }

  // --- the end

  /** Ends both directions in good order; returns when the peer has read all. */
  void deliver(Duration linger) throws IOException {
    output.end();
    input.discard();
    fate.lock();
    try {
      // Unlike toNanos(), this takes whatever the user may say.
      fate.awaitUntil(this::isTaken, TimeUnit.NANOSECONDS.convert(linger));
      requireTaken(linger);
      delivered = true;
      leaving = true;
    } finally {
      fate.unlock();
    }
    progress.wake();
    // Only then may UCX go: the peer would take the end of its endpoint for a failure.
    Fate.joinFor(receiver, PATIENCE_MILLIS);
    end();
    progress.join(5 * PATIENCE_MILLIS);
    control.close();
  }

  /** What the peer had written before it saw our end is read too, so that its close succeeds. */
  private boolean isTaken() {
    return peerLeft || (taken && input.received() >= peerWritten);
  }

  private void requireTaken(Duration linger) throws IOException {
    if (!isTaken()) {
      if (fate.isOver()) {
        throw new AsynchronousCloseException();
      }
      fate.requireSound();
      throw new TransportException(
          Kind.TIMED_OUT,
          name
              + ": the peer did not read all within "
              + TimeUnit.MILLISECONDS.convert(linger)
              + " ms",
          "look at why the other side is slow, or wait longer with linger=",
          null);
    }
    if (!taken && peerRead < output.written()) {
      throw new TransportException(
          Kind.RESET,
          name
              + ": the peer closed the channel and left "
              + (output.written() - peerRead)
              + " bytes unread",
          "look at why the other side ended first",
          null);
    }
  }

  /** Returns whether the end was a good one, which nothing can change any more. */
  boolean isDelivered() {
    fate.lock();
    try {
      return delivered;
    } finally {
      fate.unlock();
    }
  }

  /** Ends everything, at once. */
  void abandon() {
    control.reset();
    end();
    // What is under way is cancelled; the thread ends by itself where that takes UCX longer.
    progress.join(PATIENCE_MILLIS);
  }

  private void end() {
    fate.end();
    memories.values().forEach(OwnMemory::tryHide);
    progress.stop();
  }
}
