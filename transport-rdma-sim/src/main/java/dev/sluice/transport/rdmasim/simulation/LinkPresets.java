package dev.sluice.transport.rdmasim.simulation;

import java.util.List;

/** The named profiles. Where their numbers come from stands with each. */
final class LinkPresets {
  private static final long GIGABIT = 1_000_000_000;

  // Ethernet 14 + 4, preamble and gap 20, IPv4 20, UDP 8, BTH 12, ICRC 4.
  private static final int ROCE_HEADER_BYTES = 82;
  // And an AETH of 4.
  private static final int ROCE_ACK_BYTES = 86;

  private static final LinkProfile IDEAL =
      new LinkProfile(
          "ideal",
          "No limit and no delay: for tests of meaning.",
          0,
          0,
          0,
          0,
          0,
          0,
          4096,
          0,
          0,
          64,
          0,
          QueuePolicy.PAUSE,
          Jitter.none(),
          new Loss.None(),
          0,
          0,
          0,
          1,
          List.of(),
          14,
          0,
          null);

  private LinkPresets() {}

  static List<LinkProfile> all() {
    return List.of(
        IDEAL,
        edrRack(),
        roce("roce100-rack", "RoCE v2, 100 Gb/s, one rack.", 100, 1_000).build(),
        roce("roce25-rack", "RoCE v2, 25 Gb/s, one rack, packets of 1024 bytes.", 25, 1_200)
            .mtuBytes(1024)
            .build(),
        dataCentre("roce100-dc", "RoCE v2, 100 Gb/s, 3 switches, no loss.").build(),
        dataCentre("roce100-dc-lossy", "As roce100-dc, but 1 packet in 10000 is lost.")
            .queuePolicy(QueuePolicy.DROP_TAIL)
            .loss(new Loss.Bernoulli(1e-4))
            .build(),
        roce("az100", "100 Gb/s between two buildings of a region, 50 km.", 100, 250_000).build(),
        roce("metro100", "100 Gb/s over 100 km of fibre, at 5 us/km.", 100, 500_000).build(),
        roce(
                "wan100-continent",
                "100 Gb/s over 4000 km, 1 packet in a million is lost.",
                100,
                20_000_000)
            .loss(new Loss.Bernoulli(1e-6))
            .timeoutCode(16)
            .build(),
        roce(
                "wan100-atlantic",
                "100 Gb/s over 8000 km, with the usual timeout, which is too short for it.",
                100,
                40_000_000)
            .build(),
        roce("soft-roce", "RoCE in software: 10 Gb/s, 128 packets under way.", 10, 20_000)
            .mtuBytes(1024)
            .windowBytes(128 * 1024)
            .build(),
        IDEAL.toBuilder()
            .name("tcp-like-loop")
            .doc("As a TCP connection through the loopback of one machine.")
            .bitsPerSecond(60 * GIGABIT)
            .propagationNanos(5_500)
            .mtuBytes(65_536)
            .build());
  }

  /**
   * Calibrated with published figures of adapters with one switch between: 0.80 us one way inline,
   * 1.90 us otherwise, and 96.6 Gb/s of payload, headers being part of that. How much of it is wire
   * and how much adapter is not published; a wire of 400 ns is our choice.
   */
  private static LinkProfile edrRack() {
    return IDEAL.toBuilder()
        .name("edr-rack")
        .doc("InfiniBand EDR in one rack, calibrated with published latencies.")
        .bitsPerSecond(96_600_000_000L)
        .propagationNanos(400)
        .inlineNanos(400)
        .notInlineNanos(1_500)
        // LRH 8, BTH 12, AETH 4, ICRC 4, VCRC 2.
        .ackBytes(30)
        .build();
  }

  private static LinkProfileBuilder roce(
      String name, String doc, long gigabits, long propagationNanos) {
    return IDEAL.toBuilder()
        .name(name)
        .doc(doc)
        .bitsPerSecond(gigabits * GIGABIT)
        .propagationNanos(propagationNanos)
        .headerBytes(ROCE_HEADER_BYTES)
        .ackBytes(ROCE_ACK_BYTES);
  }

  /** One way is 6.5 us, of the 5 to 10 that are usual. */
  private static LinkProfileBuilder dataCentre(String name, String doc) {
    return roce(name, doc, 100, 5_000).hops(3).switchNanos(500).queueBytes(2 << 20);
  }
}
