package dev.sluice.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The senders of {@link PagesOverLoopback} in turn, round by round in one process, so that all meet
 * the same state of the machine: JMH measures one after the other, and on a shared machine the
 * minutes between them differ more than the senders do.
 *
 * <p>Usage: {@code PagesInTurn ROUNDS}.
 */
public final class PagesInTurn {
  private static final int WARM_UP_ROUNDS = 20;

  private interface Pages {
    void send() throws IOException;
  }

  private record Sender(String name, Pages pages, List<Double> nanosPerPage) {
    Sender(String name, Pages pages) {
      this(name, pages, new ArrayList<>());
    }

    double median() {
      return nanosPerPage.stream().sorted().toList().get(nanosPerPage.size() / 2);
    }
  }

  private PagesInTurn() {}

  /** Prints medians of nanoseconds a page, and the bare loop's ratio to each. */
  public static void main(String[] args) throws IOException {
    int rounds = Integer.parseInt(args[0]);
    PagesOverLoopback pages = new PagesOverLoopback();
    List<Sender> senders =
        List.of(
            new Sender("bare SocketChannel gather loop", pages::bareGather),
            new Sender("Sluice, borrowed", pages::sluiceBorrowed),
            new Sender("Sluice, copied", pages::sluiceCopied),
            new Sender("Netty CompositeByteBuf", pages::nettyComposite),
            new Sender("Okio", pages::okio),
            new Sender("DataOutputStream", pages::dataOutputStream));
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      // In another order each time: who comes after a slow one finds the caches cold.
      List<Sender> shuffled = new ArrayList<>(senders);
      Collections.shuffle(shuffled, new Random(round));
      for (Sender sender : shuffled) {
        long start = System.nanoTime();
        sender.pages.send();
        double perPage = (double) (System.nanoTime() - start) / PagesOverLoopback.PAGES;
        if (round >= 0) {
          sender.nanosPerPage.add(perPage);
        }
      }
    }
    pages.close();
    print(senders);
  }

  private static void print(List<Sender> senders) {
    System.out.println("| sender | ns a page | against the bare loop |");
    System.out.println("|---|---|---|");
    double bare = senders.getFirst().median();
    for (Sender sender : senders) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %.0f | %.2f x |%n",
          sender.name,
          sender.median(),
          bare / sender.median());
    }
  }
}
