package dev.sluice.bench;

import dev.sluice.api.TransportChannel;
import dev.sluice.engine.AfterFlush;
import dev.sluice.engine.ChannelOutput;
import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.registry.TransportRegistry;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okio.BufferedSink;
import okio.Okio;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Guest memory as QEMU sends it: 8 bytes of header and 4 KiB of page, over TCP on the loopback
 * interface to a thread that reads and drops. All send the same 64 MiB, which no cache holds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(PagesOverLoopback.PAGES)
public class PagesOverLoopback {
  static final int PAGES = 16 << 10;
  private static final int PAGE_BYTES = 4096;

  /** As many pieces as one flush of the engine's defaults holds. */
  private static final int GATHER = EngineOptions.DEFAULTS.vectorEntries();

  private final Arena arena = Arena.ofShared();
  private final MemorySegment ram =
      arena.allocate((long) PAGES * PAGE_BYTES, PAGE_BYTES).fill((byte) 7);
  private final ServerSocketChannel server;
  private final TransportRegistry registry =
      TransportRegistry.load(PagesOverLoopback.class.getClassLoader());
  private final SocketChannel bare;
  private final ChannelOutput sluice;
  private final DataOutputStream stream;
  private final BufferedSink okio;
  private final SocketChannel netty;
  private final List<SocketChannel> sockets = new ArrayList<>();

  private final ByteBuffer[] pieces = new ByteBuffer[GATHER];
  private final ByteBuffer headers = ByteBuffer.allocateDirect(GATHER * Long.BYTES);
  private final ByteBuffer ramBuffer = ram.asByteBuffer();
  private final byte[] page = new byte[PAGE_BYTES];

  /** JMH makes one per thread. */
  public PagesOverLoopback() {
    try {
      server =
          ServerSocketChannel.open()
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      bare = connectAndDrain(port);
      stream =
          new DataOutputStream(
              new BufferedOutputStream(connectAndDrain(port).socket().getOutputStream(), 64 << 10));
      okio = Okio.buffer(Okio.sink(connectAndDrain(port).socket().getOutputStream()));
      netty = connectAndDrain(port);
      TransportChannel channel = registry.connect("tcp:127.0.0.1:" + port + ",linger=1s");
      drain(server.accept());
      sluice = ChannelOutput.over(channel);
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
    for (int i = 0; i < GATHER; i += 2) {
      pieces[i] = headers.slice(i * Long.BYTES, Long.BYTES);
      pieces[i + 1] = ramBuffer.duplicate();
    }
  }

  private SocketChannel connectAndDrain(int port) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    drain(server.accept());
    sockets.add(channel);
    return channel;
  }

  private static void drain(SocketChannel channel) {
    ByteBuffer into = ByteBuffer.allocateDirect(256 << 10);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try (channel) {
                while (channel.read(into.clear()) >= 0) {
                  // dropped
                }
              } catch (IOException ended) {
                // the benchmark is over
              }
            });
  }

  /** Ends the connections. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    sluice.finish();
    sluice.close();
    for (SocketChannel socket : sockets) {
      socket.close();
    }
    server.close();
    registry.close();
    arena.close();
  }

  /** Nothing may be left from the benchmark before. */
  @Setup(Level.Iteration)
  public void flush() throws IOException {
    sluice.flush();
    stream.flush();
    okio.flush();
  }

  @Benchmark
  public void sluiceBorrowed() throws IOException {
    for (long offset = 0; offset < (long) PAGES * PAGE_BYTES; offset += PAGE_BYTES) {
      sluice.writeLong(offset | 8);
      sluice.writeBorrowed(ram, offset, PAGE_BYTES, AfterFlush.KEEP);
    }
    sluice.flush();
  }

  @Benchmark
  public void sluiceCopied() throws IOException {
    ByteBuffer source = ramBuffer.duplicate();
    for (int offset = 0; offset < PAGES * PAGE_BYTES; offset += PAGE_BYTES) {
      sluice.writeLong(offset | 8);
      sluice.write(source.limit(offset + PAGE_BYTES).position(offset));
    }
    sluice.flush();
  }

  @Benchmark
  public void bareGather() throws IOException {
    int offset = 0;
    while (offset < PAGES * PAGE_BYTES) {
      for (int i = 0; i < GATHER; i += 2) {
        headers.putLong(i * Long.BYTES, offset | 8);
        pieces[i].clear();
        pieces[i + 1].clear().position(offset).limit(offset + PAGE_BYTES);
        offset += PAGE_BYTES;
      }
      int first = 0;
      while (first < GATHER) {
        if (pieces[first].hasRemaining()) {
          bare.write(pieces, first, GATHER - first);
        } else {
          first++;
        }
      }
    }
  }

  @Benchmark
  public void dataOutputStream() throws IOException {
    for (int offset = 0; offset < PAGES * PAGE_BYTES; offset += PAGE_BYTES) {
      stream.writeLong(offset | 8);
      ramBuffer.get(offset, page);
      stream.write(page);
    }
    stream.flush();
  }

  @Benchmark
  public void okio() throws IOException {
    for (int offset = 0; offset < PAGES * PAGE_BYTES; offset += PAGE_BYTES) {
      okio.writeLong(offset | 8);
      ramBuffer.get(offset, page);
      okio.write(page);
    }
    okio.flush();
  }

  @Benchmark
  public void nettyComposite() throws IOException {
    for (int offset = 0; offset < PAGES * PAGE_BYTES; ) {
      CompositeByteBuf pieces = Unpooled.compositeBuffer(GATHER);
      for (int i = 0; i < GATHER; i += 2) {
        pieces.addComponent(true, Unpooled.directBuffer(Long.BYTES).writeLong(offset | 8));
        pieces.addComponent(true, Unpooled.wrappedBuffer(ramBuffer.slice(offset, PAGE_BYTES)));
        offset += PAGE_BYTES;
      }
      while (pieces.isReadable()) {
        pieces.readBytes(netty, pieces.readableBytes());
      }
      pieces.release();
    }
  }
}
