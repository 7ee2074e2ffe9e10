package dev.sluice.example.ucx;

import java.util.Map;
import java.util.stream.Collectors;

/** Settings of UCX that the transport relies on. What the user has set in the environment stays. */
final class UcxSettings {
  private static final String PREFIX = "UCX_";

  /**
   * For each context.
   *
   * <p>Shared memory is used only where it can report a dead peer, and says so only if asked to; a
   * peer that UCX alone can miss is looked for every half second.
   */
  static final Map<String, String> OF_CONTEXTS =
      unlessSet(Map.of("MM_ERROR_HANDLING", "y", "KEEPALIVE_INTERVAL", "500ms"));

  /**
   * For the process, read by UCX when it is loaded.
   *
   * <p>UCX would log to the standard output, where the stream may go; would log what a channel
   * tells its user as a failure anyway; and would handle signals that the JVM needs.
   */
  static final Map<String, String> OF_PROCESS =
      unlessSet(Map.of("LOG_FILE", "stderr", "LOG_LEVEL", "fatal", "HANDLE_ERRORS", "none"));

  private UcxSettings() {}

  private static Map<String, String> unlessSet(Map<String, String> wanted) {
    return wanted.entrySet().stream()
        .filter(setting -> System.getenv(PREFIX + setting.getKey()) == null)
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Returns the name of a setting in the environment. */
  static String variable(String key) {
    return PREFIX + key;
  }
}
