package dev.sluice.transport.rdmasim.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link LinkProfile}. What is not set has the value of the profile that it began with; the
 * ranges are checked by {@link #build}. Not for several threads at once.
 */
public final class LinkProfileBuilder {
  private String name;
  private String doc;
  private long bitsPerSecond;
  private long propagationNanos;
  private long inlineNanos;
  private long notInlineNanos;
  private int hops;
  private long switchNanos;
  private int mtuBytes;
  private int headerBytes;
  private int ackBytes;
  private int packetsPerAck;
  private long queueBytes;
  private QueuePolicy queuePolicy;
  private Jitter jitter;
  private Loss loss;
  private double corruptProbability;
  private double duplicateProbability;
  private double reorderProbability;
  private int reorderGap;
  private List<Outage> outages;
  private int timeoutCode;
  private long windowBytes;
  private @Nullable LinkProfile reverseOrNull;

  LinkProfileBuilder(LinkProfile from) {
    name = from.name();
    doc = from.doc();
    bitsPerSecond = from.bitsPerSecond();
    propagationNanos = from.propagationNanos();
    inlineNanos = from.inlineNanos();
    notInlineNanos = from.notInlineNanos();
    hops = from.hops();
    switchNanos = from.switchNanos();
    mtuBytes = from.mtuBytes();
    headerBytes = from.headerBytes();
    ackBytes = from.ackBytes();
    packetsPerAck = from.packetsPerAck();
    queueBytes = from.queueBytes();
    queuePolicy = from.queuePolicy();
    jitter = from.jitter();
    loss = from.loss();
    corruptProbability = from.corruptProbability();
    duplicateProbability = from.duplicateProbability();
    reorderProbability = from.reorderProbability();
    reorderGap = from.reorderGap();
    outages = from.outages();
    timeoutCode = from.timeoutCode();
    windowBytes = from.windowBytes();
    reverseOrNull = from.reverseOrNull();
  }

  /** Sets the name. */
  public LinkProfileBuilder name(String value) {
    name = value;
    return this;
  }

  /** Sets a sentence for people. */
  public LinkProfileBuilder doc(String value) {
    doc = value;
    return this;
  }

  /** Sets the rate of one direction; 0: without limit. */
  public LinkProfileBuilder bitsPerSecond(long value) {
    bitsPerSecond = value;
    return this;
  }

  /** Sets the time one way over the wire, in ns. */
  public LinkProfileBuilder propagationNanos(long value) {
    propagationNanos = value;
    return this;
  }

  /**
   * Sets the time one way through both adapters, in ns, for payload that came with its work
   * request.
   */
  public LinkProfileBuilder inlineNanos(long value) {
    inlineNanos = value;
    return this;
  }

  /** Sets the same for payload that the adapter fetches from memory. */
  public LinkProfileBuilder notInlineNanos(long value) {
    notInlineNanos = value;
    return this;
  }

  /** Sets the number of switches on the way. */
  public LinkProfileBuilder hops(int value) {
    hops = value;
    return this;
  }

  /** Sets what each switch adds, in ns. */
  public LinkProfileBuilder switchNanos(long value) {
    switchNanos = value;
    return this;
  }

  /** Sets the most payload in a packet. */
  public LinkProfileBuilder mtuBytes(int value) {
    mtuBytes = value;
    return this;
  }

  /** Sets the header bytes of each packet, gaps between packets included. */
  public LinkProfileBuilder headerBytes(int value) {
    headerBytes = value;
    return this;
  }

  /** Sets the bytes of an acknowledgement on the wire, all included. */
  public LinkProfileBuilder ackBytes(int value) {
    ackBytes = value;
    return this;
  }

  /** Sets the most packets before an acknowledgement is asked for. */
  public LinkProfileBuilder packetsPerAck(int value) {
    packetsPerAck = value;
    return this;
  }

  /** Sets the room of the queue, for DROP_TAIL. */
  public LinkProfileBuilder queueBytes(long value) {
    queueBytes = value;
    return this;
  }

  /** Sets what happens when the queue is full. */
  public LinkProfileBuilder queuePolicy(QueuePolicy value) {
    queuePolicy = value;
    return this;
  }

  /** Sets how delays vary. */
  public LinkProfileBuilder jitter(Jitter value) {
    jitter = value;
    return this;
  }

  /** Sets which packets are lost. */
  public LinkProfileBuilder loss(Loss value) {
    loss = value;
    return this;
  }

  /** Sets the probability of a packet to be damaged, and so discarded. */
  public LinkProfileBuilder corruptProbability(double value) {
    corruptProbability = value;
    return this;
  }

  /** Sets the probability of a packet to arrive twice. */
  public LinkProfileBuilder duplicateProbability(double value) {
    duplicateProbability = value;
    return this;
  }

  /** Sets the probability of a packet to be overtaken. */
  public LinkProfileBuilder reorderProbability(double value) {
    reorderProbability = value;
    return this;
  }

  /** Sets how many packets overtake it. */
  public LinkProfileBuilder reorderGap(int value) {
    reorderGap = value;
    return this;
  }

  /** Sets the stretches of time in which it does not work. */
  public LinkProfileBuilder outages(List<Outage> value) {
    outages = value;
    return this;
  }

  /** Sets the code of the acknowledgement timer, 4.096 us * 2^code; 0: no timer. */
  public LinkProfileBuilder timeoutCode(int value) {
    timeoutCode = value;
    return this;
  }

  /** Sets how much a stream may have under way; 0: twice what the link holds. */
  public LinkProfileBuilder windowBytes(long value) {
    windowBytes = value;
    return this;
  }

  /** Sets the other direction, if it differs. */
  public LinkProfileBuilder reverse(@Nullable LinkProfile value) {
    reverseOrNull = value;
    return this;
  }

  /**
   * Returns the profile.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public LinkProfile build() {
    return new LinkProfile(
        name,
        doc,
        bitsPerSecond,
        propagationNanos,
        inlineNanos,
        notInlineNanos,
        hops,
        switchNanos,
        mtuBytes,
        headerBytes,
        ackBytes,
        packetsPerAck,
        queueBytes,
        queuePolicy,
        jitter,
        loss,
        corruptProbability,
        duplicateProbability,
        reorderProbability,
        reorderGap,
        outages,
        timeoutCode,
        windowBytes,
        reverseOrNull);
  }
}
