package dev.sluice.engine;

import dev.sluice.api.TransportChannel;
import dev.sluice.tck.fault.FaultPolicy;
import dev.sluice.tck.fault.FaultyChannel;
import dev.sluice.tck.fault.OneByteChannel;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** How a channel cuts its transfers. */
enum Style {
  AS_IS {
    @Override
    TransportChannel of(TransportChannel channel, Random random) {
      return channel;
    }
  },
  ONE_BYTE {
    @Override
    TransportChannel of(TransportChannel channel, Random random) {
      return new OneByteChannel(channel);
    }
  },
  RANDOM_SIZES {
    @Override
    TransportChannel of(TransportChannel channel, Random random) {
      return new FaultyChannel(channel, FaultPolicy.randomSizes(random.nextLong()));
    }
  };

  /** The least of everything, so that every limit is met often. */
  static final EngineOptions SMALLEST = new EngineOptions(512, 2, 1);

  /** Small, but with room for a few pieces in a flush. */
  static final EngineOptions SMALL = new EngineOptions(512, 7, 3000);

  abstract TransportChannel of(TransportChannel channel, Random random);

  /** Every style with every set of sizes that is worth a test. */
  static Stream<Arguments> withOptions() {
    return Stream.of(values())
        .flatMap(
            style ->
                List.of(SMALLEST, SMALL, EngineOptions.QEMU, EngineOptions.DEFAULTS).stream()
                    .map(options -> Arguments.of(style, options)));
  }
}
