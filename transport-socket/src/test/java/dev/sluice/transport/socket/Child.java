package dev.sluice.transport.socket;

import dev.sluice.api.Direction;
import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import dev.sluice.transport.socket.system.Descriptors;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Programs that tests start in processes of their own. */
final class Child {
  static final int GREETING = 7;

  private Child() {}

  /** Connects, sends the greeting, and waits to be killed. */
  static final class Connected {
    private Connected() {}

    public static void main(String[] args) throws Exception {
      TransportChannel channel = Sockets.connect(args[0]);
      Sockets.writeFully(channel, Sockets.one(GREETING));
      System.in.read();
    }
  }

  /** Sends 4 MiB there, or there and back at once, and fails unless they come out as they were. */
  static final class Rekeying {
    private static final int BYTE_COUNT = 4 << 20;

    private Rekeying() {}

    public static void main(String[] args) throws Exception {
      try (Sockets.Pair pair = Tls.pair("tcp:127.0.0.1:0", Path.of(args[0]))) {
        Caller.Call<Boolean> there = sender(pair.connected());
        Caller.Call<Boolean> arrived = receiver(pair.accepted());
        if (args[1].equals("both")) {
          Caller.Call<Boolean> back = sender(pair.accepted());
          receiver(pair.connected()).result();
          back.result();
        }
        there.result();
        arrived.result();
      }
    }

    private static Caller.Call<Boolean> sender(TransportChannel channel) {
      return Caller.PLATFORM.start(
          () -> {
            Sockets.writeFully(channel, Sockets.bytes(BYTE_COUNT));
            channel.shutdown(Direction.WRITE);
            return true;
          });
    }

    private static Caller.Call<Boolean> receiver(TransportChannel channel) {
      return Caller.PLATFORM.start(
          () -> {
            ByteBuffer received = ByteBuffer.allocate(BYTE_COUNT);
            while (received.hasRemaining() && channel.read(received) > 0) {
              // To the last byte.
            }
            if (!received.flip().equals(Sockets.bytes(BYTE_COUNT))
                || Sockets.readOne(channel) >= 0) {
              throw new AssertionError("something else came out: " + received);
            }
            return true;
          });
    }
  }

  /** Accepts and connects without a free descriptor, tells what happened, and accepts with one. */
  static final class Exhausted {
    private Exhausted() {}

    public static void main(String[] args) throws Exception {
      TransportListener listener = Sockets.listen(args[0]);
      // Loads the classes of the failing path while there are descriptors to load them with.
      try (Sockets.Pair pair = Sockets.pair("tcp:127.0.0.1:0")) {
        Descriptors.none(pair.toString(), new IOException("warm-up"));
      }
      System.out.println(listener.address());
      System.in.read();
      List<FileInputStream> hoard = hoard();
      List<String> reports =
          List.of(attempt(listener::accept), attempt(() -> Sockets.connect("tcp:localhost:9")));
      for (FileInputStream file : hoard) {
        file.close();
      }
      reports.forEach(System.out::println);
      TransportChannel channel = listener.accept().orElseThrow();
      Sockets.writeFully(channel, Sockets.one(GREETING));
      System.in.read();
    }

    private static List<FileInputStream> hoard() {
      List<FileInputStream> hoard = new ArrayList<>();
      while (true) {
        try {
          hoard.add(new FileInputStream("/dev/null"));
        } catch (IOException exhausted) {
          return hoard;
        }
      }
    }

    private static String attempt(Callable<?> opening) throws Exception {
      try {
        return "opened " + opening.call();
      } catch (TransportException failure) {
        return failure.kind() + " " + failure.getMessage();
      }
    }
  }
}
