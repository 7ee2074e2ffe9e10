package dev.sluice.example.ucx;

import dev.sluice.api.TransportException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.openucx.jucx.UcxCallback;
import org.openucx.jucx.UcxException;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpEndpoint;
import org.openucx.jucx.ucp.UcpEndpointParams;
import org.openucx.jucx.ucp.UcpMemMapParams;
import org.openucx.jucx.ucp.UcpMemory;
import org.openucx.jucx.ucp.UcpParams;
import org.openucx.jucx.ucp.UcpRemoteKey;
import org.openucx.jucx.ucp.UcpRequest;
import org.openucx.jucx.ucp.UcpRequestParams;
import org.openucx.jucx.ucp.UcpWorker;
import org.openucx.jucx.ucp.UcpWorkerParams;
import org.openucx.jucx.ucs.UcsConstants.MEMORY_TYPE;

/**
 * What one connection has of UCX: a context, a worker, an endpoint, memory and keys.
 *
 * <p>Nothing of it is shared with another connection, so one that fails harms no other, and closing
 * leaves nothing. Objects of jucx are not safe for threads, and a call on a destroyed one ends the
 * JVM: all methods are for the progress thread alone, but {@link #signal}.
 */
final class UcxEnd {
  /** Making and destroying contexts touches what all of a process share. */
  private static final Object GLOBAL = new Object();

  private static final long MOST_CLOSING_NANOS = 2_000_000_000L;
  private static final long MOST_WIRING_NANOS = 200_000_000L;

  private final Fate fate;

  /** Always said: what stands for "unknown" differs among versions of UCX. */
  private final UcpRequestParams hostMemory;

  private final UcpContext context;
  private final UcpWorker worker;
  private final Set<UcpMemory> memories = new HashSet<>();
  private final Set<UcpRemoteKey> remoteKeys = new HashSet<>();
  private final Set<CompletableFuture<Void>> puts = new HashSet<>();
  private @Nullable UcpEndpoint endpoint;
  private @Nullable UcpRequest closing;
  private boolean failed;
  private boolean wired;
  private boolean destroyed;
  private boolean keepsMemory;
  private long operationCount;

  UcxEnd(Fate fate) {
    this.fate = fate;
    hostMemory = new UcpRequestParams().setMemoryType(MEMORY_TYPE.UCS_MEMORY_TYPE_HOST);
    synchronized (GLOBAL) {
      context = new UcpContext(parameters());
      try {
        worker = context.newWorker(new UcpWorkerParams());
      } catch (UcxException noWorker) {
        context.close();
        throw noWorker;
      }
    }
  }

  private static UcpParams parameters() {
    UcpParams parameters =
        new UcpParams().requestStreamFeature().requestRmaFeature().requestWakeupFeature();
    UcxSettings.OF_CONTEXTS.forEach(parameters::setConfig);
    return parameters;
  }

  /** Returns where the peer reaches this side. */
  byte[] workerAddress() {
    ByteBuffer address = worker.getAddress();
    byte[] bytes = new byte[address.remaining()];
    address.get(bytes);
    return bytes;
  }

  void connect(byte[] peerAddress) throws TransportException {
    ByteBuffer direct = ByteBuffer.allocateDirect(peerAddress.length).put(peerAddress).flip();
    UcpEndpointParams parameters =
        new UcpEndpointParams()
            .setUcpAddress(direct)
            .setPeerErrorHandlingMode()
            // Without one of ours jucx would throw out of progress().
            .setErrorHandler((_, _, message) -> fail("UCX lost the peer", message));
    try {
      endpoint = worker.newEndpoint(parameters);
      endpoint.flushNonBlocking(noteWired());
    } catch (UcxException noWay) {
      throw Failures.noWay(fate.name(), noWay);
    }
  }

  private UcxCallback noteWired() {
    return new UcxCallback() {
      @Override
      public void onSuccess(UcpRequest request) {
        wired = true;
      }

      @Override
      public void onError(int status, String message) {
        wired = true;
      }
    };
  }

  private void fail(String what, String message) {
    failed = true;
    fate.fail(Failures.ucx(fate.name(), what, new UcxException(message)));
  }

  /** Returns whether anything moved. */
  boolean progress() {
    try {
      return worker.progress() != 0;
    } catch (Exception undeclared) {
      fail("UCX stopped", Failures.detail(undeclared));
      return false;
    }
  }

  /** Waits for an event or {@link #signal}. */
  void await() {
    worker.waitForEvents();
  }

  /** Ends {@link #await}, or the next one; any thread, at any time. */
  void signal() {
    synchronized (this) {
      if (!destroyed) {
        worker.signal();
      }
    }
  }

  /** Returns whether operations can be begun. */
  boolean isConnected() {
    return endpoint != null && !failed;
  }

  /** Returns how many operations were begun. */
  long operationCount() {
    return operationCount;
  }

  void receive(long address, long byteCount, LongConsumer received) {
    start(
        connected ->
            connected.recvStreamNonBlocking(
                address,
                byteCount,
                0,
                callback(request -> received.accept(request.getRecvSize()), "receiving"),
                hostMemory));
  }

  void send(long address, long byteCount, Runnable sent) {
    start(
        connected ->
            connected.sendStreamNonBlocking(
                address, byteCount, callback(_ -> sent.run(), "sending"), hostMemory));
  }

  void flush(Runnable flushed) {
    start(connected -> connected.flushNonBlocking(callback(_ -> flushed.run(), "flushing")));
  }

  CompletableFuture<Void> put(long source, long byteCount, long target, UcpRemoteKey key) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    puts.add(done);
    done.whenComplete((_, _) -> puts.remove(done));
    start(
        connected ->
            connected.putNonBlocking(
                source,
                byteCount,
                target,
                key,
                new UcxCallback() {
                  @Override
                  public void onSuccess(UcpRequest request) {
                    done.complete(null);
                  }

                  @Override
                  public void onError(int status, String message) {
                    done.completeExceptionally(new UcxException(message, status));
                  }
                },
                hostMemory));
    if (!isConnected()) {
      done.completeExceptionally(new CancellationException());
    }
    return done;
  }

  /** An operation that UCX may complete at once, or later out of {@link #progress}. */
  @FunctionalInterface
  private interface Operation {
    UcpRequest on(UcpEndpoint connected);
  }

  private void start(Operation operation) {
    if (endpoint == null || failed) {
      return;
    }
    operationCount++;
    try {
      operation.on(endpoint);
    } catch (UcxException refused) {
      fail("UCX refused an operation", Failures.detail(refused));
    }
  }

  @FunctionalInterface
  private interface Completion {
    void with(UcpRequest request);
  }

  private UcxCallback callback(Completion completion, String what) {
    return new UcxCallback() {
      @Override
      public void onSuccess(UcpRequest request) {
        completion.with(request);
      }

      @Override
      public void onError(int status, String message) {
        fail("UCX lost the peer while " + what, message);
      }
    };
  }

  UcpMemory allocate(long byteCount) {
    UcpMemory memory =
        context.memoryMap(
            new UcpMemMapParams()
                .allocate()
                .setLength(byteCount)
                .setMemoryType(MEMORY_TYPE.UCS_MEMORY_TYPE_HOST));
    memories.add(memory);
    return memory;
  }

  void free(UcpMemory memory) {
    if (memories.remove(memory)) {
      memory.deregister();
    }
  }

  /**
   * Leaves memory where it is for as long as the process lives, and the context with it: UCX asks
   * that a context goes last.
   */
  void keep(UcpMemory memory) {
    keepsMemory |= memories.remove(memory);
  }

  static byte[] packedKey(UcpMemory memory) {
    ByteBuffer key = memory.getRemoteKeyBuffer();
    byte[] bytes = new byte[key.remaining()];
    key.get(bytes);
    return bytes;
  }

  UcpRemoteKey unpack(byte[] packed) throws TransportException {
    if (endpoint == null || failed) {
      throw Failures.peerClosed(fate.name());
    }
    ByteBuffer direct = ByteBuffer.allocateDirect(packed.length).put(packed).flip();
    UcpRemoteKey key = endpoint.unpackRemoteKey(direct);
    // jucx takes the address alone.
    Reference.reachabilityFence(direct);
    remoteKeys.add(key);
    return key;
  }

  /** Closes the endpoint, once, as soon as it may be; what is under way is cancelled. */
  void giveUp() {
    failed = true;
    awaitWired();
    if (endpoint != null && closing == null) {
      closing = endpoint.closeNonBlockingForce();
    }
  }

  /**
   * Waits until both sides have agreed on their lanes: closing by force while those messages are on
   * their way ends the process in an assertion of UCX 1.13 (wireup_ep.c, ucp_request.c).
   */
  private void awaitWired() {
    long deadline = System.nanoTime() + MOST_WIRING_NANOS;
    while (endpoint != null && !wired && closing == null && System.nanoTime() < deadline) {
      progress();
    }
  }

  /** Destroys everything, in the order that UCX asks for. */
  void destroy() {
    giveUp();
    long deadline = System.nanoTime() + MOST_CLOSING_NANOS;
    while (closing != null && !closing.isCompleted() && System.nanoTime() < deadline) {
      progress();
    }
    remoteKeys.forEach(UcpRemoteKey::close);
    memories.forEach(UcpMemory::deregister);
    synchronized (this) {
      destroyed = true;
    }
    synchronized (GLOBAL) {
      worker.close();
      if (!keepsMemory) {
        context.close();
      }
    }
    Set.copyOf(puts).forEach(put -> put.completeExceptionally(new CancellationException()));
  }
}
