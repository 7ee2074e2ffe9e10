package dev.sluice.transport.socket;

import dev.sluice.api.TransportChannel;
import dev.sluice.api.TransportException;
import dev.sluice.api.TransportListener;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Programs that {@link ProcessTest} starts. */
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

  /** Accepts without a free descriptor, tells what happened, and accepts again with one. */
  static final class Exhausted {
    private Exhausted() {}

    public static void main(String[] args) throws Exception {
      TransportListener listener = Sockets.listen(args[0]);
      // Loads the classes of the failing path while there are descriptors to load them with.
      try (Sockets.Pair pair = Sockets.pair("tcp:127.0.0.1:0")) {
        SocketFailures.noDescriptor(pair.toString(), new IOException("warm-up"));
      }
      System.out.println(listener.address());
      System.in.read();
      List<FileInputStream> hoard = hoard();
      String report = tryAccept(listener);
      for (FileInputStream file : hoard) {
        file.close();
      }
      System.out.println(report);
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

    private static String tryAccept(TransportListener listener) throws IOException {
      try {
        return "accepted " + listener.accept();
      } catch (TransportException failure) {
        return failure.kind() + " " + failure.getMessage();
      }
    }
  }
}
