package dev.sluice.cli.copy;

import dev.sluice.cli.console.ExitCode;

/** A signal that asks the process to stop. */
enum StopSignal {
  SIGHUP("HUP", ExitCode.HUNG_UP),
  SIGINT("INT", ExitCode.INTERRUPTED),
  SIGTERM("TERM", ExitCode.TERMINATED);

  private final String jdkName;
  private final ExitCode exitCode;

  StopSignal(String jdkName, ExitCode exitCode) {
    this.jdkName = jdkName;
    this.exitCode = exitCode;
  }

  /** Returns the name without the prefix. */
  String jdkName() {
    return jdkName;
  }

  /** Returns the exit status of a process that it stopped. */
  ExitCode exitCode() {
    return exitCode;
  }
}
