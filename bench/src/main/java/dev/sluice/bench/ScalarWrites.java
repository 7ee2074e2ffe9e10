package dev.sluice.bench;

import dev.sluice.engine.ChannelOutput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import okio.BufferedSink;
import okio.Okio;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Puts of 1, 2, 4 and 8 bytes, big-endian, into a buffer of 64 KiB whose far end takes all. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ScalarWrites.COUNT)
public class ScalarWrites {
  static final int COUNT = 4096;
  private static final int BUFFER_BYTES = 64 << 10;

  /** Bytes per value. */
  @Param({"1", "2", "4", "8"})
  public int width;

  private final ChannelOutput sluice = ChannelOutput.over(new Endless.Channel());
  private final BufferedSink okio = Okio.buffer((okio.Sink) new Endless.OkioEnd());
  private final DataOutputStream dataOutputStream =
      new DataOutputStream(new BufferedOutputStream(new Endless.Output(), BUFFER_BYTES));
  private final ByteBuf netty = Unpooled.directBuffer(BUFFER_BYTES, BUFFER_BYTES);
  private final ByteBuffer nio = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /** JMH makes one per thread. */
  public ScalarWrites() {}

  @Benchmark
  public void sluice() throws IOException {
    switch (width) {
      case 1 -> {
        for (int i = 0; i < COUNT; i++) {
          sluice.writeByte(i);
        }
      }
      case 2 -> {
        for (int i = 0; i < COUNT; i++) {
          sluice.writeShort(i);
        }
      }
      case 4 -> {
        for (int i = 0; i < COUNT; i++) {
          sluice.writeInt(i);
        }
      }
      default -> {
        for (int i = 0; i < COUNT; i++) {
          sluice.writeLong(i);
        }
      }
    }
  }

  @Benchmark
  public void okio() throws IOException {
    switch (width) {
      case 1 -> {
        for (int i = 0; i < COUNT; i++) {
          okio.writeByte(i);
        }
      }
      case 2 -> {
        for (int i = 0; i < COUNT; i++) {
          okio.writeShort(i);
        }
      }
      case 4 -> {
        for (int i = 0; i < COUNT; i++) {
          okio.writeInt(i);
        }
      }
      default -> {
        for (int i = 0; i < COUNT; i++) {
          okio.writeLong(i);
        }
      }
    }
  }

  @Benchmark
  public void dataOutputStream() throws IOException {
    switch (width) {
      case 1 -> {
        for (int i = 0; i < COUNT; i++) {
          dataOutputStream.writeByte(i);
        }
      }
      case 2 -> {
        for (int i = 0; i < COUNT; i++) {
          dataOutputStream.writeShort(i);
        }
      }
      case 4 -> {
        for (int i = 0; i < COUNT; i++) {
          dataOutputStream.writeInt(i);
        }
      }
      default -> {
        for (int i = 0; i < COUNT; i++) {
          dataOutputStream.writeLong(i);
        }
      }
    }
  }

  @Benchmark
  public void netty() {
    if (netty.writableBytes() < COUNT * width) {
      netty.clear();
    }
    switch (width) {
      case 1 -> {
        for (int i = 0; i < COUNT; i++) {
          netty.writeByte(i);
        }
      }
      case 2 -> {
        for (int i = 0; i < COUNT; i++) {
          netty.writeShort(i);
        }
      }
      case 4 -> {
        for (int i = 0; i < COUNT; i++) {
          netty.writeInt(i);
        }
      }
      default -> {
        for (int i = 0; i < COUNT; i++) {
          netty.writeLong(i);
        }
      }
    }
  }

  @Benchmark
  public void nio() {
    if (nio.remaining() < COUNT * width) {
      nio.clear();
    }
    switch (width) {
      case 1 -> {
        for (int i = 0; i < COUNT; i++) {
          nio.put((byte) i);
        }
      }
      case 2 -> {
        for (int i = 0; i < COUNT; i++) {
          nio.putShort((short) i);
        }
      }
      case 4 -> {
        for (int i = 0; i < COUNT; i++) {
          nio.putInt(i);
        }
      }
      default -> {
        for (int i = 0; i < COUNT; i++) {
          nio.putLong(i);
        }
      }
    }
  }
}
