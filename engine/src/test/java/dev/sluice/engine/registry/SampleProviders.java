package dev.sluice.engine.registry;

import dev.sluice.api.spi.Scheme;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Providers that service files can name, most of them broken in one way. */
final class SampleProviders {
  private SampleProviders() {}

  /** Serves {@code good}. */
  public static final class Good extends Sample {
    public Good() {
      super("good");
    }
  }

  /** Serves {@code second} and {@code third}. */
  public static final class Second extends Sample {
    public Second() {
      super("third", "second");
    }
  }

  /** Claims {@code good} too, and serves {@code mine}. */
  public static final class Rival extends Sample {
    public Rival() {
      super("good", "mine");
    }
  }

  public static final class ThrowsInConstructor extends Sample {
    public ThrowsInConstructor() {
      throw new IllegalStateException("no licence");
    }
  }

  public static final class ThrowsCheckedInConstructor extends Sample {
    public ThrowsCheckedInConstructor() throws IOException {
      throw new FileNotFoundException("no licence");
    }
  }

  public static final class ThrowsErrorInConstructor extends Sample {
    public ThrowsErrorInConstructor() {
      throw new Error("not one that Java knows");
    }
  }

  public static final class ThrowsInStaticInitialiser extends Sample {
    static final int NUMBER = Integer.parseInt("none");

    public ThrowsInStaticInitialiser() {}
  }

  public static final class HasNoPublicConstructor extends Sample {
    HasNoPublicConstructor() {}
  }

  public static final class WantsAnArgument extends Sample {
    public WantsAnArgument(String argument) {
      super(argument);
    }
  }

  static final class IsNotPublic extends Sample {
    public IsNotPublic() {}
  }

  public abstract static class IsAbstract extends Sample {
    public IsAbstract() {}
  }

  public static final class ThrowsFromSpiVersion extends Sample {
    public ThrowsFromSpiVersion() {}

    @Override
    public int spiVersion() {
      throw new UnsupportedOperationException("no version");
    }
  }

  public static final class ThrowsFromSchemes extends Sample {
    public ThrowsFromSchemes() {}

    @Override
    public List<Scheme> schemes() {
      throw new IllegalArgumentException("two options named mode");
    }
  }

  public static final class ReturnsNullSchemes extends Sample {
    public ReturnsNullSchemes() {}

    @Override
    @SuppressWarnings("NullAway") // The very mistake that is tested.
    public List<Scheme> schemes() {
      return null;
    }
  }

  public static final class ReturnsNoSchemes extends Sample {
    public ReturnsNoSchemes() {}

    @Override
    public List<Scheme> schemes() {
      return List.of();
    }
  }

  public static final class ReturnsNullElement extends Sample {
    public ReturnsNullElement() {}

    @Override
    @SuppressWarnings("NullAway") // The very mistake that is tested.
    public List<Scheme> schemes() {
      return Arrays.asList(Scheme.named("bad").build(), null);
    }
  }

  public static final class NamesASchemeTwice extends Sample {
    public NamesASchemeTwice() {
      super("bad", "bad");
    }
  }

  public static final class IsOfANewerSpi extends Sample {
    public IsOfANewerSpi() {}

    @Override
    public int spiVersion() {
      return SPI_VERSION + 1;
    }

    @Override
    public List<Scheme> schemes() {
      throw new AssertionError("asked although its SPI is newer than the host's");
    }
  }

  public static final class HasNoSpiVersion extends Sample {
    public HasNoSpiVersion() {}

    @Override
    public int spiVersion() {
      return 0;
    }
  }

  public static final class RunsOutOfMemoryInConstructor extends Sample {
    public RunsOutOfMemoryInConstructor() {
      throw new OutOfMemoryError("made by the test");
    }
  }

  public static final class OverflowsTheStackInConstructor extends Sample {
    public OverflowsTheStackInConstructor() {
      recurse(0);
    }
  }

  public static final class OverflowsTheStackInStaticInitialiser extends Sample {
    static final int NUMBER = recurse(0);

    public OverflowsTheStackInStaticInitialiser() {}
  }

  public static final class OverflowsTheStackInSchemes extends Sample {
    public OverflowsTheStackInSchemes() {}

    @Override
    public List<Scheme> schemes() {
      recurse(0);
      return super.schemes();
    }
  }

  public static final class OverflowsTheStackAsACause extends Sample {
    public OverflowsTheStackAsACause() {}

    @Override
    public List<Scheme> schemes() {
      throw new IllegalStateException(new StackOverflowError("made by the test"));
    }
  }

  public static final class ThrowsInternalError extends Sample {
    public ThrowsInternalError() {
      throw new InternalError("made by the test");
    }
  }

  /** What it throws fails at whatever it is asked. */
  public static final class ThrowsWhatFailsItself extends Sample {
    public ThrowsWhatFailsItself() {
      throw new FailsItself();
    }
  }

  /** The same where a search for the class is what fails. */
  public static final class ThrowsWhatFailsItselfInSchemes extends Sample {
    public ThrowsWhatFailsItselfInSchemes() {}

    @Override
    public List<Scheme> schemes() {
      throw new FailsItself();
    }
  }

  /** A linkage error of its own making, from which advice is taken. */
  public static final class ThrowsLinkageErrorThatFailsItself extends Sample {
    public ThrowsLinkageErrorThatFailsItself() {
      throw new LinkageErrorThatFailsItself();
    }
  }

  @SuppressWarnings("serial")
  static final class FailsItself extends RuntimeException {
    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new AssertionError("no cause");
    }

    @Override
    public String toString() {
      return "x" + recurse(0);
    }
  }

  @SuppressWarnings("serial")
  static final class LinkageErrorThatFailsItself extends NoClassDefFoundError {
    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new AssertionError("no cause");
    }
  }

  /** Has no end. */
  @SuppressWarnings("InfiniteRecursion")
  static int recurse(int depth) {
    return recurse(depth + 1) + 1;
  }

  /** What they have in common: the scheme {@code bad}, unless they say otherwise. */
  public abstract static class Sample extends FakeProvider {
    Sample(String... schemes) {
      super(
          Arrays.stream(schemes.length == 0 ? new String[] {"bad"} : schemes)
              .map(name -> Scheme.named(name).build())
              .toArray(Scheme[]::new));
    }
  }
}
