package dev.sluice.example.ucx;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that touches the UCX objects of a connection, from the first to the last.
 *
 * <p>Why a thread: UCX moves nothing unless somebody calls {@code progress}, also for the peer's
 * writes into our memory while nobody reads; waiting for UCX is a native call, which would hold a
 * virtual caller's carrier and cannot be interrupted; and jucx objects belong to one thread.
 * Callers change counters under a lock and {@link #wake} it.
 */
final class ProgressThread {
  /** What is done between two looks at UCX. */
  interface Work {
    /** Begins what can be begun, and never waits. */
    void step(UcxEnd ucx) throws IOException;

    /** UCX is about to go: keeps from it what must stay. */
    void leave(UcxEnd ucx);

    /** UCX is gone: frees what it used. */
    void finish();
  }

  /** Some ten microseconds: less than it takes to fall asleep and be woken. */
  private static final int SPIN_ROUNDS = 50;

  /**
   * UCX does not sleep while shared memory is full, which it cannot be told of; spinning would then
   * take the processor from the one who empties it.
   */
  private static final int BUSY_ROUNDS = SPIN_ROUNDS + 50;

  private static final long PAUSE_NANOS = 20_000;

  private final String name;
  private final Fate fate;
  private final Work work;
  private final Queue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();
  private final Thread thread;

  private volatile @Nullable UcxEnd ucx;
  private volatile boolean asked;
  private volatile boolean asleep;
  private volatile boolean stopping;
  private volatile boolean ended;

  ProgressThread(Fate fate, Work work) {
    this.name = fate.name();
    this.fate = fate;
    this.work = work;
    thread = Thread.ofPlatform().daemon().name("ucx-progress " + name).unstarted(this::run);
  }

  /**
   * Starts the thread.
   *
   * @throws ClosedChannelException if it was stopped before
   */
  synchronized void start() throws ClosedChannelException {
    if (stopping) {
      throw new ClosedChannelException();
    }
    thread.start();
  }

  private void run() {
    UcxEnd opened = null;
    try {
      opened = new UcxEnd(fate);
      ucx = opened;
      loop(opened);
    } catch (IOException | RuntimeException | Error broken) {
      fate.fail(Failures.ucx(name, "the connection broke", broken));
    } finally {
      end(opened);
    }
  }

  private void end(@Nullable UcxEnd opened) {
    try {
      if (opened != null) {
        work.leave(opened);
        opened.destroy();
      }
    } finally {
      work.finish();
      ended = true;
      refuseTasks();
    }
  }

  private void loop(UcxEnd opened) throws IOException {
    int idleRounds = 0;
    while (!stopping) {
      asked = false;
      long before = opened.operationCount();
      boolean moved = opened.progress();
      runTasks();
      work.step(opened);
      // UCX may sleep only when a look at it has found nothing.
      boolean idle = !moved && opened.operationCount() == before;
      idleRounds = idle ? idleRounds + 1 : 0;
      if (idleRounds > SPIN_ROUNDS && hasSlept(opened, idleRounds)) {
        idleRounds = SPIN_ROUNDS;
      }
    }
  }

  /**
   * Sleeps; returns false where UCX would not. Who asks for something sets one flag and looks at
   * the other; we do it the other way round.
   */
  private boolean hasSlept(UcxEnd opened, int idleRounds) {
    boolean slept = true;
    asleep = true;
    if (!asked && !stopping) {
      if (idleRounds < BUSY_ROUNDS) {
        long before = System.nanoTime();
        opened.await();
        slept = System.nanoTime() - before > PAUSE_NANOS;
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
        slept = false;
      }
    }
    asleep = false;
    return slept;
  }

  /** Makes the thread look at everything once more; any thread. */
  void wake() {
    asked = true;
    UcxEnd current = ucx;
    if (asleep && current != null) {
      current.signal();
      LockSupport.unpark(thread);
    }
  }

  private void runTasks() {
    for (FutureTask<?> task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void refuseTasks() {
    for (FutureTask<?> task = tasks.poll(); task != null; task = tasks.poll()) {
      task.cancel(false);
    }
  }

  /** A task for the progress thread. */
  @FunctionalInterface
  interface Task<T> {
    T with(UcxEnd ucx) throws Exception;
  }

  /**
   * Has a task run and returns its result.
   *
   * @throws ClosedChannelException if the thread has ended
   */
  <T> T call(Task<T> task) throws IOException {
    FutureTask<T> future = new FutureTask<>(callable(task));
    tasks.add(future);
    if (ended) {
      refuseTasks();
    }
    wake();
    return result(name, future);
  }

  /** A task that gives nothing. */
  @FunctionalInterface
  interface Order {
    void with(UcxEnd ucx);
  }

  /** Has an order carried out, soon, unless the thread ends before. */
  void submit(Order order) {
    tasks.add(
        new FutureTask<>(
            callable(
                ucx -> {
                  order.with(ucx);
                  return true;
                })));
    wake();
  }

  private <T> Callable<T> callable(Task<T> task) {
    return () -> {
      UcxEnd current = ucx;
      if (current == null) {
        throw new ClosedChannelException();
      }
      return task.with(current);
    };
  }

  /** Waits for what the thread will surely complete; an interrupt ends the channel, and so this. */
  static <T> T result(String name, Future<T> future) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException keptForTheCaller) {
          interrupted = true;
        }
      }
    } catch (CancellationException gone) {
      throw new ClosedChannelException();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof CancellationException) {
        throw new ClosedChannelException();
      }
      if (failed.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new TransportException(
          Kind.IO, name + ": UCX failed: " + Failures.detail(failed), failed.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Has everything of UCX cancelled and destroyed; returns at once. */
  synchronized void stop() {
    boolean first = !stopping;
    stopping = true;
    if (first && thread.getState() == Thread.State.NEW) {
      end(null);
    }
    wake();
  }

  /** Waits for the end of the thread; returns whether it has ended. */
  boolean join(long millis) {
    return Fate.joinFor(thread, millis);
  }
}
