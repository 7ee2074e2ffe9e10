package dev.sluice.bench;

import dev.sluice.engine.ChannelInput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import okio.BufferedSource;
import okio.Okio;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Gets of 1, 2, 4 and 8 bytes, big-endian, from a buffer of 64 KiB whose far end never ends. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ScalarReads.COUNT)
public class ScalarReads {
  static final int COUNT = 4096;
  private static final int BUFFER_BYTES = 64 << 10;

  /** Bytes per value. */
  @Param({"1", "2", "4", "8"})
  public int width;

  private final ChannelInput sluice = ChannelInput.over(new Endless.Channel());
  private final BufferedSource okio = Okio.buffer((okio.Source) new Endless.OkioEnd());
  private final DataInputStream dataInputStream =
      new DataInputStream(new BufferedInputStream(new Endless.Input(), BUFFER_BYTES));
  private final ByteBuf netty =
      Unpooled.directBuffer(BUFFER_BYTES, BUFFER_BYTES).writerIndex(BUFFER_BYTES);
  private final ByteBuffer nio = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /** JMH makes one per thread. */
  public ScalarReads() {}

  @Benchmark
  public long sluice() throws IOException {
    long sum = 0;
    switch (width) {
      case 1 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += sluice.readByte();
        }
      }
      case 2 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += sluice.readShort();
        }
      }
      case 4 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += sluice.readInt();
        }
      }
      default -> {
        for (int i = 0; i < COUNT; i++) {
          sum += sluice.readLong();
        }
      }
    }
    return sum;
  }

  @Benchmark
  public long okio() throws IOException {
    long sum = 0;
    switch (width) {
      case 1 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += okio.readByte();
        }
      }
      case 2 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += okio.readShort();
        }
      }
      case 4 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += okio.readInt();
        }
      }
      default -> {
        for (int i = 0; i < COUNT; i++) {
          sum += okio.readLong();
        }
      }
    }
    return sum;
  }

  @Benchmark
  public long dataInputStream() throws IOException {
    long sum = 0;
    switch (width) {
      case 1 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += dataInputStream.readByte();
        }
      }
      case 2 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += dataInputStream.readShort();
        }
      }
      case 4 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += dataInputStream.readInt();
        }
      }
      default -> {
        for (int i = 0; i < COUNT; i++) {
          sum += dataInputStream.readLong();
        }
      }
    }
    return sum;
  }

  @Benchmark
  public long netty() {
    if (netty.readableBytes() < COUNT * width) {
      netty.readerIndex(0);
    }
    long sum = 0;
    switch (width) {
      case 1 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += netty.readByte();
        }
      }
      case 2 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += netty.readShort();
        }
      }
      case 4 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += netty.readInt();
        }
      }
      default -> {
        for (int i = 0; i < COUNT; i++) {
          sum += netty.readLong();
        }
      }
    }
    return sum;
  }

  @Benchmark
  public long nio() {
    if (nio.remaining() < COUNT * width) {
      nio.clear();
    }
    long sum = 0;
    switch (width) {
      case 1 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += nio.get();
        }
      }
      case 2 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += nio.getShort();
        }
      }
      case 4 -> {
        for (int i = 0; i < COUNT; i++) {
          sum += nio.getInt();
        }
      }
      default -> {
        for (int i = 0; i < COUNT; i++) {
          sum += nio.getLong();
        }
      }
    }
    return sum;
  }
}
