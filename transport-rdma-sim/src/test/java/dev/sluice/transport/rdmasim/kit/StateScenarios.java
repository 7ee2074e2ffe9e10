package dev.sluice.transport.rdmasim.kit;

import static dev.sluice.transport.rdmasim.verbs.QueuePairState.ERR;
import static dev.sluice.transport.rdmasim.verbs.QueuePairState.INIT;
import static dev.sluice.transport.rdmasim.verbs.QueuePairState.RESET;
import static dev.sluice.transport.rdmasim.verbs.QueuePairState.RTR;
import static dev.sluice.transport.rdmasim.verbs.QueuePairState.RTS;
import static dev.sluice.transport.rdmasim.verbs.QueuePairState.SQD;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.transport.rdmasim.verbs.DeviceLimits;
import dev.sluice.transport.rdmasim.verbs.QueuePair;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes;
import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import dev.sluice.transport.rdmasim.verbs.QueuePairState;
import dev.sluice.transport.rdmasim.verbs.VerbsException;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** S01 and S02: which changes of a queue pair's state and attributes are legal. */
public abstract class StateScenarios extends Scenarios {
  protected StateScenarios(Function<DeviceLimits, Rig> rigs) {
    super(rigs);
  }

  /** Takes a fresh queue pair to a state, by the shortest legal way. */
  private QueuePair in(QueuePairState state) throws VerbsException {
    QueuePair queuePair = Endpoint.on(rig().near()).queuePair();
    if (state == RESET) {
      return queuePair;
    }
    queuePair.modify(Endpoint.toInit());
    if (state == RTR || state == RTS || state == SQD) {
      queuePair.modify(Endpoint.toReceive(far().number()));
    }
    if (state == RTS || state == SQD) {
      queuePair.modify(Endpoint.toSend());
    }
    if (state == ERR || state == SQD) {
      queuePair.modify(QueuePairAttributes.to(state));
    }
    assertEquals(state, queuePair.state());
    return queuePair;
  }

  /** The change with all that it needs, if it is legal. */
  private QueuePairAttributes change(QueuePairState from, QueuePairState to) {
    if (to == INIT && from == RESET) {
      return Endpoint.toInit();
    }
    if (to == RTR) {
      return Endpoint.toReceive(far().number());
    }
    return to == RTS && from != RTS && from != SQD ? Endpoint.toSend() : QueuePairAttributes.to(to);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          from  | legal
          RESET | RESET INIT
          INIT  | RESET INIT RTR ERR
          RTR   | RESET RTS ERR
          RTS   | RESET RTS SQD ERR
          SQD   | RESET RTS SQD ERR
          ERR   | RESET ERR
          """)
  void s01_everyCellOfTheStateTable(QueuePairState from, String legal) throws VerbsException {
    Set<QueuePairState> targets = EnumSet.noneOf(QueuePairState.class);
    for (String name : legal.split(" ", -1)) {
      targets.add(QueuePairState.valueOf(name));
    }
    for (QueuePairState to : QueuePairState.values()) {
      QueuePair queuePair = in(from);
      if (targets.contains(to)) {
        queuePair.modify(change(from, to));
        assertEquals(to, queuePair.state());
      } else {
        assertChangesNothing(queuePair, change(from, to));
      }
    }
  }

  private static void assertChangesNothing(QueuePair queuePair, QueuePairAttributes change) {
    QueuePairState state = queuePair.state();
    QueuePairAttributes attributes = queuePair.attributes();
    assertInvalid(() -> queuePair.modify(change));
    assertEquals(state, queuePair.state());
    assertEquals(attributes, queuePair.attributes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          from | to | required | optional
          RESET | INIT | ACCESS | ''
          INIT | INIT | '' | ACCESS
          INIT | RTR | PATH_MTU PEER_NUMBER RECEIVE_PACKET_NUMBER MAX_PEER_READ_ATOMIC MIN_RNR_TIMER | ACCESS
          RTR | RTS | TIMEOUT RETRY_COUNT RNR_RETRY SEND_PACKET_NUMBER MAX_READ_ATOMIC | ACCESS MIN_RNR_TIMER
          RTS | RTS | '' | ACCESS MIN_RNR_TIMER
          RTS | SQD | '' | DRAINED_EVENT
          SQD | RTS | '' | ACCESS MIN_RNR_TIMER
          SQD | SQD | '' | ACCESS MIN_RNR_TIMER TIMEOUT RETRY_COUNT RNR_RETRY MAX_READ_ATOMIC MAX_PEER_READ_ATOMIC
          RESET | RESET | '' | ''
          RTS | RESET | '' | ''
          INIT | ERR | '' | ''
          RTR | ERR | '' | ''
          RTS | ERR | '' | ''
          SQD | ERR | '' | ''
          ERR | ERR | '' | ''
          """)
  void s02_attributesThatAreMissingOrDoNotBelongThere_changeNothing(
      QueuePairState from, QueuePairState to, String required, String optional)
      throws VerbsException {
    Set<Attribute> needed = attributes(required);
    Set<Attribute> taken = attributes(optional);
    for (Attribute attribute : Attribute.values()) {
      if (needed.contains(attribute)) {
        assertChangesNothing(in(from), without(attribute, from, to));
      } else if (!taken.contains(attribute)) {
        assertChangesNothing(in(from), change(from, to).with(attribute, 1));
      } else {
        QueuePair queuePair = in(from);
        queuePair.modify(change(from, to).with(attribute, 1));
        assertEquals(1, queuePair.attributes().value(attribute), () -> "value of " + attribute);
      }
    }
  }

  private static Set<Attribute> attributes(String names) {
    Set<Attribute> all = EnumSet.noneOf(Attribute.class);
    for (String name : names.split(" ", -1)) {
      if (!name.isEmpty()) {
        all.add(Attribute.valueOf(name));
      }
    }
    return all;
  }

  private QueuePairAttributes without(Attribute missing, QueuePairState from, QueuePairState to) {
    QueuePairAttributes whole = change(from, to);
    QueuePairAttributes rest = QueuePairAttributes.to(to);
    for (Attribute attribute : whole.names()) {
      if (attribute != missing) {
        rest = rest.with(attribute, whole.value(attribute));
      }
    }
    return rest;
  }

  @ParameterizedTest
  @CsvSource({
    "INIT, RTR, PATH_MTU, -1",
    "INIT, RTR, PATH_MTU, 1",
    "INIT, RTR, PATH_MTU, 128",
    "INIT, RTR, PATH_MTU, 1500",
    "INIT, RTR, PATH_MTU, 131072",
    "INIT, RTR, PEER_NUMBER, 0",
    "INIT, RTR, PEER_NUMBER, 16777216",
    "INIT, RTR, RECEIVE_PACKET_NUMBER, 16777216",
    "INIT, RTR, MAX_PEER_READ_ATOMIC, 129",
    "INIT, RTR, MIN_RNR_TIMER, 32",
    "INIT, RTR, ACCESS, 16",
    "RTR, RTS, TIMEOUT, 32",
    "RTR, RTS, RETRY_COUNT, 8",
    "RTR, RTS, RNR_RETRY, 8",
    "RTR, RTS, SEND_PACKET_NUMBER, -1",
    "RTR, RTS, MAX_READ_ATOMIC, 129",
    "RTS, SQD, DRAINED_EVENT, 2",
  })
  void s02_valuesOutOfTheirRange_changeNothing(
      QueuePairState from, QueuePairState to, Attribute attribute, int value)
      throws VerbsException {
    assertChangesNothing(in(from), change(from, to).with(attribute, value));
  }

  @ParameterizedTest
  @CsvSource({"0", "256", "512", "1024", "2048", "4096", "65536"})
  void s02_pathMtu_isAPowerOfTwo_orTheLinksOwn(int byteCount) throws VerbsException {
    QueuePair queuePair = in(INIT);
    queuePair.modify(change(INIT, RTR).with(Attribute.PATH_MTU, byteCount));
    assertEquals(byteCount, queuePair.attributes().value(Attribute.PATH_MTU));
  }

  @Test
  void s02_assumedState_mustBeTheRealOne() throws VerbsException {
    assertChangesNothing(in(RTS), QueuePairAttributes.to(RTS).from(SQD));
    QueuePair queuePair = in(SQD);
    queuePair.modify(QueuePairAttributes.to(RTS).from(SQD));
    assertEquals(RTS, queuePair.state());
  }

  @ParameterizedTest
  @EnumSource(names = {"RESET", "INIT", "ERR"})
  void s02_assumedState_isOneThatSendsOrReceives(QueuePairState state) throws VerbsException {
    assertChangesNothing(in(state), QueuePairAttributes.to(RESET).from(state));
  }

  @Test
  void s02_changeWithoutState_keepsIt() throws VerbsException {
    QueuePair queuePair = in(RTS);
    queuePair.modify(QueuePairAttributes.none().with(Attribute.MIN_RNR_TIMER, 3));
    assertEquals(RTS, queuePair.state());
    assertEquals(3, queuePair.attributes().value(Attribute.MIN_RNR_TIMER));
    assertChangesNothing(in(RTR), QueuePairAttributes.none());
  }

  @Test
  void s02_closedQueuePair_changesNoMore() throws VerbsException {
    QueuePair queuePair = in(RTS);
    queuePair.close();
    assertChangesNothing(queuePair, Endpoint.toInit());
    queuePair.close();
  }
}
