package dev.sluice.it.transfer;

import dev.sluice.api.TransportListener;
import dev.sluice.engine.ChannelInput;
import dev.sluice.engine.registry.TransportRegistry;
import dev.sluice.it.support.Fifo;
import dev.sluice.it.support.Peer;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Something to copy to. */
enum Drain {
  FILE {
    @Override
    Opened open(TransportRegistry registry, Path folder) {
      Path file = folder.resolve("out.bin");
      return new Opened("file:" + file, () -> Files.readAllBytes(file));
    }
  },
  FIFO {
    @Override
    Opened open(TransportRegistry registry, Path folder) throws Exception {
      Path fifo = Fifo.make(folder.resolve("out.fifo"));
      Task<byte[]> reader = Task.start(() -> Files.readAllBytes(fifo));
      return new Opened("file:" + fifo, reader::result);
    }
  },
  TCP4 {
    @Override
    Opened open(TransportRegistry registry, Path folder) throws IOException {
      return accepting(Peer.tcp("127.0.0.1"));
    }
  },
  TCP6 {
    @Override
    Opened open(TransportRegistry registry, Path folder) throws IOException {
      return accepting(Peer.tcp("::1"));
    }
  },
  UNIX {
    @Override
    Opened open(TransportRegistry registry, Path folder) throws IOException {
      return accepting(Peer.unix(folder.resolve("out.sock")));
    }
  },
  RDMA_SIM {
    @Override
    Opened open(TransportRegistry registry, Path folder) throws IOException {
      TransportListener listener = registry.listen("rdma-sim:out,dir=" + folder);
      Task<byte[]> reader =
          Task.start(
              () -> {
                try (listener;
                    ChannelInput in = ChannelInput.over(listener.accept().orElseThrow())) {
                  return in.asInputStream().readAllBytes();
                }
              });
      return new Opened(listener.address().toString(), reader::result);
    }
  },
  NULL {
    @Override
    Opened open(TransportRegistry registry, Path folder) {
      return new Opened("null:", () -> null);
    }
  };

  /**
   * An open one.
   *
   * @param address where to copy to
   * @param received waits for what came; null where nobody can know
   */
  record Opened(String address, Callable<byte @Nullable []> received) {}

  abstract Opened open(TransportRegistry registry, Path folder) throws Exception;

  private static Opened accepting(ServerSocketChannel server) throws IOException {
    Task<byte[]> reader =
        Task.start(
            () -> {
              try (server;
                  SocketChannel socket = server.accept()) {
                return Channels.newInputStream(socket).readAllBytes();
              }
            });
    return new Opened(Peer.address(server), reader::result);
  }
}
