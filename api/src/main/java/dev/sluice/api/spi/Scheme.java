package dev.sluice.api.spi;

import dev.sluice.api.ChannelFeature;
import dev.sluice.api.TransportAddress;
import dev.sluice.api.TransportException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an address scheme offers: the one place where help, documentation and the check of addresses
 * come from. Immutable.
 */
public final class Scheme {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9+.-]{0,30}");
  private static final String FOLDER = "{dir}";

  private final String name;
  private final String targetForm;
  private final String doc;
  private final Set<ChannelFeature> features;
  private final List<Option<?>> options;
  private final @Nullable TransportAddress loopback;
  private final boolean dropsBytes;
  private final @Nullable String unavailability;

  private Scheme(Builder builder) {
    name = builder.name;
    targetForm = builder.targetForm;
    doc = builder.doc;
    features = Set.copyOf(builder.features);
    options = builder.options;
    loopback = builder.loopback;
    dropsBytes = builder.dropsBytes;
    unavailability = builder.unavailability;
    Set<String> keys = new HashSet<>();
    for (Option<?> option : options) {
      if (!keys.add(option.key())) {
        throw new IllegalArgumentException(
            "scheme " + name + " has two options named " + option.key());
      }
    }
  }

  /**
   * Starts the description of a scheme.
   *
   * @param name up to 31 of {@code a-z 0-9 + . -}, starting with a letter. Names without a dot are
   *     Sluice's own; others write {@code vendor.name}.
   * @throws IllegalArgumentException if it is not of that form
   */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Returns the name that starts the scheme's addresses. */
  public String name() {
    return name;
  }

  /** Returns the form of the target, such as {@code HOST:PORT}; empty if it takes none. */
  public String targetForm() {
    return targetForm;
  }

  /** Returns what the scheme is for, in a sentence or a few. */
  public String doc() {
    return doc;
  }

  /**
   * Returns the features that a channel of this scheme may have; each open channel tells its own.
   */
  public Set<ChannelFeature> features() {
    return features;
  }

  /** Returns the options, in the order of the documentation. */
  public List<Option<?>> options() {
    return options;
  }

  /**
   * Returns an address at which the scheme can be tried on this host alone: what is written to it
   * can be read back from it. Empty: it cannot be tried so.
   *
   * @param folder a private, empty, temporary folder that the address may lie in
   */
  public Optional<TransportAddress> loopback(Path folder) {
    return Optional.ofNullable(loopback).map(template -> filledIn(template, folder));
  }

  private static TransportAddress filledIn(TransportAddress template, Path folder) {
    String path = folder.toString();
    TransportAddress address = template.withTarget(template.target().replace(FOLDER, path));
    for (Map.Entry<String, String> option : template.options().entrySet()) {
      address = address.withOption(option.getKey(), option.getValue().replace(FOLDER, path));
    }
    return address;
  }

  /**
   * Returns whether what is written goes nowhere, and nothing can be read back: whoever tries the
   * scheme can only count.
   */
  public boolean dropsBytes() {
    return dropsBytes;
  }

  /** Returns why the scheme cannot be used here; empty if it can. */
  public Optional<String> unavailability() {
    return Optional.ofNullable(unavailability);
  }

  /** Collects the parts of a {@link Scheme}; for one thread. */
  public static final class Builder {
    private final String name;
    private String targetForm = "";
    private String doc = "";
    private final Set<ChannelFeature> features = EnumSet.noneOf(ChannelFeature.class);
    private List<Option<?>> options = List.of();
    private @Nullable TransportAddress loopback;
    private boolean dropsBytes;
    private @Nullable String unavailability;

    private Builder(String name) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException("not a scheme name: '" + name + "'");
      }
      this.name = name;
    }

    /**
     * Sets the form of the target.
     *
     * @param form such as {@code HOST:PORT}
     */
    public Builder target(String form) {
      targetForm = form;
      return this;
    }

    /**
     * Sets what the scheme is for.
     *
     * @param text a sentence or a few
     */
    public Builder doc(String text) {
      doc = text;
      return this;
    }

    /**
     * Adds features that a channel may have.
     *
     * @param possible the features
     */
    public Builder mayHave(ChannelFeature... possible) {
      features.addAll(List.of(possible));
      return this;
    }

    /**
     * Sets the options.
     *
     * @param all in the order of the documentation
     */
    public Builder options(Option<?>... all) {
      options = List.of(all);
      return this;
    }

    /**
     * Sets an address at which the scheme can be tried on this host alone, for demonstrations and
     * tests: what connecting to it writes, listening on it gives.
     *
     * @param template of this scheme, such as {@code tcp:127.0.0.1:0} or {@code
     *     unix:{dir}/demo.sock}; <code>{dir}</code> in the target or an option stands for a private
     *     temporary folder
     * @throws IllegalArgumentException if it is not an address of this scheme
     */
    public Builder loopback(String template) {
      try {
        loopback = TransportAddress.parse(template);
      } catch (TransportException malformed) {
        throw new IllegalArgumentException(malformed.getMessage(), malformed);
      }
      if (!loopback.scheme().equals(name)) {
        throw new IllegalArgumentException("'" + template + "' is not of scheme " + name);
      }
      return this;
    }

    /** Says that what is written goes nowhere, and nothing can be read back. */
    public Builder dropsBytes() {
      dropsBytes = true;
      return this;
    }

    /**
     * Says that the scheme cannot be used here.
     *
     * @param reason what is missing and what to do, such as {@code "needs Linux"}
     */
    public Builder unavailable(String reason) {
      unavailability = reason;
      return this;
    }

    /**
     * Returns the scheme.
     *
     * @throws IllegalArgumentException if two options have one key
     */
    public Scheme build() {
      return new Scheme(this);
    }
  }
}
