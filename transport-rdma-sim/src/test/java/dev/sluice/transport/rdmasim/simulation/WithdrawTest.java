package dev.sluice.transport.rdmasim.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.transport.rdmasim.simulation.Arrivals.Arrival;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WithdrawTest {
  private Simulation simulation = Simulation.withSeed(42);
  private Arrivals arrivals = new Arrivals(simulation);

  private Link link(String profile) {
    return new Link(simulation, "a>", LinkProfile.parse(profile));
  }

  private static Burst message(long number, int packetCount) {
    return Burst.message(PacketKind.DATA, number, packetCount * 4096L, 4096, 0, 0);
  }

  private void at(long nanos, Runnable action) {
    simulation.schedule(nanos - simulation.nowNanos(), action);
  }

  /** Packets begin at 0, 334.24, 668.48 and 1002.72 ns. */
  @ParameterizedTest
  @ValueSource(strings = {"train", "one by one"})
  void packetsNotBegun_areTakenBack(String way) {
    if (way.equals("one by one")) {
      simulation = Simulation.withSeed(42, FaultPlan.of(FaultRule.parse("delay:by=0ns,times=all")));
      arrivals = new Arrivals(simulation);
    }
    Link link = link("roce100-rack");
    Transmission sent = link.flow(5).send(message(0, 1_000), arrivals);
    at(
        1_000,
        () -> {
          assertEquals(3, sent.withdraw());
          assertEquals(1_003, link.idleNanos());
          assertEquals(1_003, sent.leftNanos());
          assertEquals(1_000, sent.withdraw(), "the second time there is nothing");
        });
    simulation.run();
    assertEquals(List.of(0, 1, 2), arrivals.indices());
    assertEquals(2_003, arrivals.all().getLast().lastNanos());
    assertEquals(3, link.counters().packetCount());
    assertEquals(3 * 4_178, link.counters().byteCount());
    assertEquals(arrivals.all().size(), link.counters().deliveryCount());
  }

  @Test
  void goingBack_usesTheTimeAtOnce_andNothingHoldsTheNextPacketsUp() {
    LinkFlow flow = link("roce100-rack,loss=list:0:5").flow(5);
    Transmission sent = flow.send(message(0, 1_000), arrivals);
    at(
        1_000,
        () -> {
          assertEquals(3, sent.withdraw());
          flow.send(message(0, 1_000).slice(0, 3), arrivals);
        });
    simulation.run();
    assertEquals(
        List.of(
            new Arrival(0, 1, 2, 1_669, 1_669),
            new Arrival(0, 2, 3, 2_003, 2_003),
            new Arrival(0, 0, 1, 2_337, 2_337),
            new Arrival(0, 1, 3, 2_672, 3_006)),
        arrivals.all());
  }

  @Test
  void lossesOfWithdrawnPackets_areNotCounted() {
    Link link = link("roce100-rack,loss=list:1:5:6");
    Transmission sent = link.flow(5).send(message(0, 10), arrivals);
    at(1_000, sent::withdraw);
    simulation.run();
    assertEquals(1, link.counters().dropped(DropReason.LOSS));
    assertEquals(List.of(0, 2), arrivals.indices());
  }

  @Test
  void severalBursts_areTakenBackFromTheLast_withControlPacketsBetween() {
    Link link = link("roce100-rack");
    LinkFlow flow = link.flow(5);
    Transmission first = flow.send(message(0, 10), arrivals);
    flow.send(Burst.control(PacketKind.ACK, 9), arrivals);
    Transmission second = flow.send(message(1, 10), arrivals);
    at(
        1_000,
        () -> {
          assertEquals(0, second.withdraw());
          assertEquals(3, first.withdraw());
          // Three packets and 6.88 ns of the acknowledgement.
          assertEquals(1_010, link.idleNanos());
        });
    simulation.run();
    assertEquals(List.of("9/0", "0/0", "0/1", "0/2"), arrivals.packets());
  }

  @Test
  void burstWithOthersBehindIt_givesNoTimeBack() {
    Link link = link("roce100-rack");
    Transmission first = link.flow(5).send(message(0, 10), arrivals);
    link.flow(6).send(message(1, 1), arrivals);
    at(1_000, first::withdraw);
    simulation.run();
    assertEquals(List.of("0/0", "0/1", "0/2", "1/0"), arrivals.packets());
    assertEquals(Math.ceilDiv(11 * 334_240, 1_000) + 1_000, simulation.nowNanos());
  }

  @Test
  void sentBursts_andControlPackets_stay() {
    LinkFlow flow = link("roce100-rack").flow(5);
    Transmission data = flow.send(message(0, 2), arrivals);
    Transmission ack = flow.send(Burst.control(PacketKind.ACK, 9), arrivals);
    assertEquals(1, ack.withdraw());
    simulation.run();
    assertEquals(2, data.withdraw());
    assertEquals(List.of("9/0", "0/0", "0/1"), arrivals.packets());
  }

  @Test
  void idealLink_hasSentAllAtOnce() {
    Transmission sent = link("ideal").flow(5).send(message(0, 10), arrivals);
    assertEquals(10, sent.withdraw());
    simulation.run();
    assertEquals(IntStream.range(0, 10).boxed().toList(), arrivals.indices());
  }
}
