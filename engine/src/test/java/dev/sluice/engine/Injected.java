package dev.sluice.engine;

import static org.junit.jupiter.api.Assertions.assertSame;

import dev.sluice.api.TransportException;
import dev.sluice.api.TransportException.Kind;
import dev.sluice.tck.fault.Action;
import dev.sluice.tck.fault.Call;
import dev.sluice.tck.fault.FaultPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** Failures of every class that a channel may throw, and the policies that inject them. */
enum Injected {
  PLAIN {
    @Override
    Throwable failure() {
      return new IOException("injected");
    }
  },
  RESET {
    @Override
    Throwable failure() {
      return new TransportException(Kind.RESET, "injected", "plug it in again", null);
    }
  },
  TIMED_OUT {
    @Override
    Throwable failure() {
      return new TransportException(Kind.TIMED_OUT, "injected", new SocketException("inner"));
    }
  },
  LIMIT {
    @Override
    Throwable failure() {
      return new TransportException(Kind.LIMIT, "injected");
    }
  },
  SOCKET {
    @Override
    Throwable failure() {
      return new SocketException("injected");
    }
  },
  INTERRUPTED {
    @Override
    Throwable failure() {
      return new InterruptedIOException("injected");
    }
  },
  FILE {
    @Override
    Throwable failure() {
      return new NoSuchFileException("injected");
    }
  },
  CLOSED {
    @Override
    Throwable failure() {
      return new ClosedChannelException();
    }
  },
  UNCHECKED {
    @Override
    Throwable failure() {
      return new IllegalStateException("injected");
    }
  },
  ASSERTION {
    @Override
    Throwable failure() {
      return new AssertionError("injected");
    }
  },
  OUT_OF_MEMORY {
    @Override
    Throwable failure() {
      return new OutOfMemoryError("injected");
    }
  };

  /** Returns a new one. */
  abstract Throwable failure();

  /** Fails calls of a channel, and remembers what it threw; each time something new. */
  static final class Faults implements FaultPolicy {
    private final Injected what;
    private final long callNumber;
    private final boolean again;
    private final long byteCount;
    private final List<Throwable> thrown = new ArrayList<>();

    /**
     * Creates a policy.
     *
     * @param what the class of failure
     * @param callNumber the first call that fails
     * @param again whether all later calls fail too
     * @param byteCount how many bytes a failing transfer moves before
     */
    Faults(Injected what, long callNumber, boolean again, long byteCount) {
      this.what = what;
      this.callNumber = callNumber;
      this.again = again;
      this.byteCount = byteCount;
    }

    /** Returns what was thrown so far, in order. */
    synchronized List<Throwable> thrown() {
      return List.copyOf(thrown);
    }

    @Override
    public synchronized Action before(Call call) {
      if (call.number() < callNumber || (call.number() > callNumber && !again)) {
        return Action.proceed();
      }
      Throwable failure = what.failure();
      thrown.add(failure);
      if (failure instanceof Exception exception) {
        return byteCount > 0 ? Action.failAfter(byteCount, exception) : Action.fail(exception);
      }
      throw (Error) failure;
    }

    /** The half-channel kept the first failure, and the caller got it or its like. */
    void assertReported(HalfChannel half, Throwable caught) {
      Throwable first = thrown().getFirst();
      assertSame(first, half.firstError().orElseThrow());
      Failures.assertReports(first, caught);
    }
  }
}
