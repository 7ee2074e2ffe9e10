package dev.sluice.transport.rdmasim.verbs;

import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.ACCESS;
import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.DRAINED_EVENT;
import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.MAX_PEER_READ_ATOMIC;
import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.MAX_READ_ATOMIC;
import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.MIN_RNR_TIMER;
import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.PATH_MTU;
import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.PEER_NUMBER;
import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.RECEIVE_PACKET_NUMBER;
import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.RETRY_COUNT;
import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.RNR_RETRY;
import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.SEND_PACKET_NUMBER;
import static dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute.TIMEOUT;

import dev.sluice.transport.rdmasim.verbs.QueuePairAttributes.Attribute;
import java.util.EnumSet;
import java.util.Set;

/**
 * The attributes that a change of state needs and takes.
 *
 * @param required must be there
 * @param optional may be there
 */
record Transition(Set<Attribute> required, Set<Attribute> optional) {
  private static final Transition NOTHING = new Transition(Set.of(), Set.of());
  private static final Transition TO_INIT = new Transition(Set.of(ACCESS), Set.of());
  private static final Transition IN_INIT = new Transition(Set.of(), Set.of(ACCESS));
  private static final Transition TO_RTR =
      new Transition(
          Set.of(PATH_MTU, PEER_NUMBER, RECEIVE_PACKET_NUMBER, MAX_PEER_READ_ATOMIC, MIN_RNR_TIMER),
          Set.of(ACCESS));
  private static final Transition TO_RTS =
      new Transition(
          Set.of(TIMEOUT, RETRY_COUNT, RNR_RETRY, SEND_PACKET_NUMBER, MAX_READ_ATOMIC),
          Set.of(ACCESS, MIN_RNR_TIMER));
  private static final Transition IN_RTS = new Transition(Set.of(), Set.of(ACCESS, MIN_RNR_TIMER));
  private static final Transition TO_SQD = new Transition(Set.of(), Set.of(DRAINED_EVENT));
  private static final Transition IN_SQD =
      new Transition(
          Set.of(),
          Set.of(
              ACCESS,
              MIN_RNR_TIMER,
              TIMEOUT,
              RETRY_COUNT,
              RNR_RETRY,
              MAX_READ_ATOMIC,
              MAX_PEER_READ_ATOMIC));

  /** Returns the attributes of a change that {@link QueuePairState#mayBecome} allows. */
  static Transition between(QueuePairState from, QueuePairState to) {
    return switch (to) {
      case RESET, ERR -> NOTHING;
      case INIT -> from == QueuePairState.RESET ? TO_INIT : IN_INIT;
      case RTR -> TO_RTR;
      case RTS -> from == QueuePairState.RTR ? TO_RTS : IN_RTS;
      case SQD -> from == QueuePairState.SQD ? IN_SQD : TO_SQD;
    };
  }

  /** Returns what is missing. */
  Set<Attribute> missing(Set<Attribute> given) {
    EnumSet<Attribute> missing = EnumSet.noneOf(Attribute.class);
    missing.addAll(required);
    missing.removeAll(given);
    return missing;
  }

  /** Returns what does not belong there. */
  Set<Attribute> excess(Set<Attribute> given) {
    EnumSet<Attribute> excess = EnumSet.noneOf(Attribute.class);
    excess.addAll(given);
    excess.removeAll(required);
    excess.removeAll(optional);
    return excess;
  }
}
