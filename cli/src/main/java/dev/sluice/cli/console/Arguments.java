package dev.sluice.cli.console;

import dev.sluice.api.ByteCounts;
import dev.sluice.api.spi.Option;
import dev.sluice.engine.transfer.DigestAlgorithm;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Readers of arguments, for {@code converter = ...}. */
public final class Arguments {
  private Arguments() {}

  private static <T> T read(String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException wrong) {
      throw new TypeConversionException(String.valueOf(wrong.getMessage()));
    }
  }

  /** Reads {@code 500ms}, {@code 10s}, {@code 1h30m}. */
  public static final class DurationReader implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return read(text, Option::parseDuration);
    }
  }

  /** Reads bytes per second, at least 1: {@code 100MiB}. */
  public static final class RateReader implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      long rate = read(text, ByteCounts::parse);
      if (rate == 0) {
        throw new TypeConversionException("'" + text + "' would move nothing");
      }
      return rate;
    }
  }

  /** Reads a whole number, at least 1. */
  public static final class CountReader implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      try {
        int count = Integer.parseInt(text);
        if (count >= 1) {
          return count;
        }
      } catch (NumberFormatException notOne) {
        throw new TypeConversionException("'" + text + "' is no whole number");
      }
      throw new TypeConversionException("'" + text + "' is less than 1");
    }
  }

  /** Reads {@code sha256}, {@code crc32c}. */
  public static final class DigestReader implements ITypeConverter<DigestAlgorithm> {
    @Override
    public DigestAlgorithm convert(String text) {
      return Arrays.stream(DigestAlgorithm.values())
          .filter(known -> known.label().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + text
                          + "' is none of "
                          + Arrays.stream(DigestAlgorithm.values())
                              .map(DigestAlgorithm::label)
                              .collect(Collectors.joining(", "))));
    }
  }
}
