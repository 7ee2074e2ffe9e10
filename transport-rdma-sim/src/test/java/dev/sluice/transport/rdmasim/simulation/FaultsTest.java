package dev.sluice.transport.rdmasim.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class FaultsTest {
  private static Faults faults(String... rules) {
    return Simulation.withSeed(1, FaultPlan.parse(List.of(rules))).faults();
  }

  private static int struck(Faults faults, PacketKind kind, long qp, long message, long packet) {
    return faults.at(FaultPoint.LINK, "a>", kind, qp, message, packet).size();
  }

  @Test
  void rule_strikesItsPacketOnce() {
    Faults faults = faults("drop:qp=5,message=17,packet=3,kind=data");
    assertEquals(0, struck(faults, PacketKind.DATA, 4, 17, 3));
    assertEquals(0, struck(faults, PacketKind.DATA, 5, 16, 3));
    assertEquals(0, struck(faults, PacketKind.DATA, 5, 17, 2));
    assertEquals(0, struck(faults, PacketKind.ACK, 5, 17, 3));
    assertEquals(1, struck(faults, PacketKind.DATA, 5, 17, 3));
    assertEquals(0, struck(faults, PacketKind.DATA, 5, 17, 3));
    assertEquals(1, faults.struckCount());
  }

  @Test
  void occurrenceAndTimes_countMatches() {
    Faults faults = faults("drop:kind=ack,occurrence=3,times=2", "drop:kind=nak,times=all");
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      pattern.append(struck(faults, PacketKind.ACK, 1, i, 0));
    }
    assertEquals("001100", pattern.toString());
    assertEquals(1, struck(faults, PacketKind.NAK, 1, 0, 0));
    assertEquals(1, struck(faults, PacketKind.NAK, 1, 0, 0));
  }

  @Test
  void whatNothingFitted_isMissed() {
    Faults faults = faults("drop:kind=ack,occurrence=2", "drop:qp=9", "drop:packet=0");
    assertEquals(1, struck(faults, PacketKind.ACK, 1, 0, 0));

    assertEquals("[drop:kind=ack,occurrence=2, drop:qp=9]", faults.missed().toString());
    assertEquals(0, struck(faults, PacketKind.DATA, 1, 0, 0));
    assertEquals(1, struck(faults, PacketKind.ACK, 1, 0, 1));
    assertEquals("[drop:qp=9]", faults.missed().toString());
  }

  @Test
  void outagesThatNoLinkHad_areMissed() {
    Simulation simulation =
        Simulation.withSeed(
            1,
            FaultPlan.parse(
                List.of(
                    "hold:from=0s,to=1ms,link=a>",
                    "hold:from=0s,to=2ms,link=nowhere",
                    "partition:from=10ns,to=20ns")));
    Faults faults = simulation.faults();
    assertEquals(2, faults.outages("a>").size());

    assertEquals(
        "[hold:from=0s,to=2ms,link=nowhere, partition:from=10ns,to=20ns]",
        faults.missed().toString());
    simulation.runFor(Duration.ofNanos(10));
    assertEquals("[hold:from=0s,to=2ms,link=nowhere]", faults.missed().toString());
  }

  @Test
  void link_tellsTheTwoSidesApart() {
    Faults faults = faults("drop:times=all,link=a<");
    assertEquals(0, faults.at(FaultPoint.LINK, "a>", PacketKind.DATA, 5, 0, 0).size());
    assertEquals(1, faults.at(FaultPoint.LINK, "a<", PacketKind.DATA, 5, 0, 0).size());
  }

  @Test
  void stretchOfTime_limitsARule() {
    Simulation simulation =
        Simulation.withSeed(1, FaultPlan.parse(List.of("drop:times=all,from=10ns,to=20ns")));
    List<Long> struckAt = new ArrayList<>();
    for (int nanos = 5; nanos < 30; nanos += 5) {
      simulation.schedule(
          nanos,
          () -> {
            if (struck(simulation.faults(), PacketKind.DATA, 1, 0, 0) > 0) {
              struckAt.add(simulation.nowNanos());
            }
          });
    }
    simulation.run();
    assertEquals(List.of(10L, 15L), struckAt);
  }

  @Test
  void points_withoutRules_costABit() {
    Faults faults = faults("rnr:qp=5,times=3", "partition:from=1ms,to=2ms");
    assertTrue(faults.any(FaultPoint.RECEIVE));
    assertFalse(faults.any(FaultPoint.LINK));
    assertEquals(
        3, faults.at(FaultPoint.RECEIVE, "a>", PacketKind.DATA, 5, 0, 0).getFirst().times());
    assertFalse(faults().any(FaultPoint.RECEIVE));
    assertEquals(List.of(), faults().at(FaultPoint.RECEIVE, "a>", null, 5, 0, 0));
  }

  @Test
  void packetThatCouldBeStruck_isFoundInARange() {
    Faults faults = faults("corrupt:qp=5,message=1,packet=10");
    assertTrue(faults.mayStrike(FaultPoint.LINK, "a>", PacketKind.DATA, 5, 1, 0, 11));
    assertFalse(faults.mayStrike(FaultPoint.LINK, "a>", PacketKind.DATA, 5, 1, 0, 10));
    assertFalse(faults.mayStrike(FaultPoint.LINK, "a>", PacketKind.DATA, 5, 2, 0, 11));
  }

  @Test
  void outages_belongToTheirLinks() {
    Faults faults = faults("hold:from=1us,to=2us,link=a>", "partition:from=5us,to=6us");
    assertEquals(
        List.of(new Outage(true, 1_000, 2_000), new Outage(false, 5_000, 6_000)),
        faults.outages("a>"));
    assertEquals(List.of(new Outage(false, 5_000, 6_000)), faults.outages("a<"));
  }

  @Test
  void strikes_areInTheTrace() {
    Simulation struck =
        Simulation.withSeed(1, FaultPlan.of(FaultRule.once(FaultAction.DROP, 5, 0, 0)));
    long before = struck.trace().value();
    assertEquals(1, struck(struck.faults(), PacketKind.DATA, 5, 0, 0));
    assertNotEquals(before, struck.trace().value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop",
        "drop:qp=5,message=17,packet=3",
        "duplicate:qp=1,kind=read-response",
        "corrupt:kind=cm,occurrence=2,times=all",
        "delay:qp=5,by=1us",
        "hold:from=0s,to=10ns,link=a>",
        "partition:from=5ms,to=1500ms",
        "rnr:qp=5,times=9",
        "nak:message=2,code=remote-access",
        "qp-fatal:qp=5,message=3",
        "cq-overflow:qp=5",
        "invalidate-region:qp=5,message=1,packet=7",
        "flip-key-tag:qp=5",
        "stale-packet:qp=5",
        "scramble-placement:times=all",
        "crash:qp=5,point=established",
        "freeze:qp=5,point=place,by=10ns",
        "slow-registration:times=all,by=200ns",
        "fail-registration:occurrence=3",
        "drop:kind=ack,link=a<",
        "qp-fatal:point=receive",
        "rnr:times=all,from=10ns,to=20ns"
      })
  void text_parsesBack(String text) {
    FaultRule rule = FaultRule.parse(text);
    assertEquals(text, rule.toString());
    assertEquals(rule, FaultRule.parse(rule.toString()));
  }

  @Test
  void everyAction_isReachable() {
    for (FaultAction action : FaultAction.values()) {
      String keys =
          String.join(
              ",",
              action.requiredKeys().stream()
                  .map(
                      key ->
                          switch (key) {
                            case "code" -> "code=sequence";
                            case "point" -> "point=connect";
                            case "from" -> "from=1us";
                            default -> key + "=2us";
                          })
                  .toList());
      String text = keys.isEmpty() ? action.text() : action.text() + ":" + keys;
      assertEquals(action, FaultRule.parse(text).action());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "explode",
        "drop:",
        "drop:qp",
        "drop:qp=",
        "drop:qp=x",
        "drop:qp=1,qp=2",
        "drop:by=1us",
        "drop:qp=-1",
        "drop:occurrence=0",
        "drop:times=0",
        "drop:point=place",
        "delay:qp=1",
        "nak:qp=1",
        "nak:code=9",
        "crash:qp=5",
        "crash:point=moon",
        "hold:from=2us,to=1us",
        "hold:from=1us,to=2us,qp=5",
        "drop:kind=letter",
        "qp-fatal:point=link",
        "rnr:from=2us,to=2us",
        "crash:point=post-receive,message=1",
        "crash:point=post-send,packet=1",
        "crash:point=post-send,kind=data",
        "crash:point=connect,message=1",
        "crash:point=transmit,packet=0",
        "crash:point=complete,message=1",
        "crash:point=register,qp=5",
        "cq-overflow:message=1",
        "fail-registration:qp=5",
        "rnr:point=place",
        "nak:code=sequence,point=transmit",
        "cq-overflow:point=post-send",
        "invalidate-region:point=receive",
        "flip-key-tag:point=post-send",
        "stale-packet:point=connect",
        "scramble-placement:point=receive",
        "qp-fatal:point=complete",
        "qp-fatal:point=register",
        "crash:point=link"
      })
  void wrongText_isRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> FaultRule.parse(text));
  }

  /** A coordinate that a point does not have would be accepted, and never match. */
  @Test
  void refusal_saysWhatThePointKnows() {
    IllegalArgumentException noMessage =
        assertThrows(
            IllegalArgumentException.class,
            () -> FaultRule.parse("crash:point=post-receive,message=1"));
    assertEquals(
        "'crash:point=post-receive,message=1': the point post-receive knows no message, so that the"
            + " rule would never strike: use qp or occurrence",
        noMessage.getMessage());
    IllegalArgumentException elsewhere =
        assertThrows(
            IllegalArgumentException.class, () -> FaultRule.parse("qp-fatal:point=complete"));
    String told = String.valueOf(elsewhere.getMessage());
    assertTrue(told.contains("only at connect, accept, established, post-send"), told);
  }
}
