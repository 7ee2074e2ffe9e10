package dev.sluice.it.transfer;

import dev.sluice.engine.ChannelOutput;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.it.support.Fifo;
import dev.sluice.it.support.Peer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Something to copy from. */
enum Feeder {
  FILE {
    @Override
    String prepare(Path folder, byte[] bytes) throws IOException {
      return "file:" + Files.write(folder.resolve("in.bin"), bytes);
    }
  },
  FIFO {
    @Override
    String prepare(Path folder, byte[] bytes) throws Exception {
      Path fifo = Fifo.make(folder.resolve("in.fifo"));
      var _ =
          Task.start(
              () -> {
                try (OutputStream out = Files.newOutputStream(fifo)) {
                  out.write(bytes);
                }
                return bytes;
              });
      return "file:" + fifo;
    }
  },
  TCP4 {
    @Override
    String prepare(Path folder, byte[] bytes) {
      return "tcp:127.0.0.1:0";
    }
  },
  TCP6 {
    @Override
    String prepare(Path folder, byte[] bytes) {
      return "tcp:[::1]:0";
    }
  },
  UNIX {
    @Override
    String prepare(Path folder, byte[] bytes) {
      return "unix:" + folder.resolve("in.sock");
    }
  },
  RDMA_SIM {
    @Override
    String prepare(Path folder, byte[] bytes) {
      return "rdma-sim:in,dir=" + folder;
    }

    @Override
    Task<byte[]> send(TransportRegistry registry, String address, byte[] bytes) {
      return Task.start(
          () -> {
            try (ChannelOutput out = ChannelOutput.over(registry.connect(address))) {
              out.write(bytes);
              out.finish();
            }
            return bytes;
          });
    }
  },
  NULL {
    @Override
    String prepare(Path folder, byte[] bytes) {
      return "null:";
    }

    @Override
    byte[] expected(byte[] bytes) {
      return new byte[0];
    }
  };

  /** Returns the address to copy from. */
  abstract String prepare(Path folder, byte[] bytes) throws Exception;

  /** Returns what has to arrive of some bytes. */
  byte[] expected(byte[] bytes) {
    return bytes;
  }

  /** Returns whether somebody has to connect and send. */
  boolean awaitsSender() {
    return this == TCP4 || this == TCP6 || this == UNIX || this == RDMA_SIM;
  }

  /** Connects to where the copy listens, and sends: bare NIO, where there is one. */
  Task<byte[]> send(TransportRegistry registry, String address, byte[] bytes) {
    return Task.start(
        () -> {
          try (SocketChannel socket = Peer.connect(address)) {
            ByteBuffer source = ByteBuffer.wrap(bytes);
            while (source.hasRemaining()) {
              socket.write(source);
            }
            socket.shutdownOutput();
            while (socket.read(ByteBuffer.allocate(64)) >= 0) {
              throw new IOException("the copy has sent something");
            }
          }
          return bytes;
        });
  }
}
