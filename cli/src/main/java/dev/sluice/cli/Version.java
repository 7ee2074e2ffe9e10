package dev.sluice.cli;

import java.io.PrintStream;

/** Which Sluice this is, and which Java it runs on. */
final class Version {
  private Version() {}

  static void print(PrintStream out) {
    Module module = Version.class.getModule();
    String version =
        module.isNamed()
            ? module.getDescriptor().rawVersion().orElse("unknown")
            : String.valueOf(Version.class.getPackage().getImplementationVersion());
    out.println("sluice " + version);
    out.println(
        "Java "
            + System.getProperty("java.runtime.version")
            + " in "
            + System.getProperty("java.home"));
  }
}
