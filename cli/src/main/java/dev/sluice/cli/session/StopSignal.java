package dev.sluice.cli.session;

import dev.sluice.cli.console.ExitCode;

/** A signal that asks the process to stop. */
public enum StopSignal {
  /** The terminal went away. */
  SIGHUP("HUP", ExitCode.HUNG_UP),
  /** Ctrl-C. */
  SIGINT("INT", ExitCode.INTERRUPTED),
  /** What supervisors send. */
  SIGTERM("TERM", ExitCode.TERMINATED);

  private final String jdkName;
  private final ExitCode exitCode;

  StopSignal(String jdkName, ExitCode exitCode) {
    this.jdkName = jdkName;
    this.exitCode = exitCode;
  }

  /** Returns the name without the prefix. */
  public String jdkName() {
    return jdkName;
  }

  /** Returns the exit status of a process that it stopped. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
