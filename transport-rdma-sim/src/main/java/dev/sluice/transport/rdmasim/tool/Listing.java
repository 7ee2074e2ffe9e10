package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.FaultAction;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.LinkSetting;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a link can be made of. */
final class Listing {
  private Listing() {}

  static String text() {
    StringBuilder text = new StringBuilder("presets\n");
    for (LinkProfile preset : LinkProfile.presets()) {
      text.append("  %-17s %s%n".formatted(preset.name(), preset.doc()));
    }
    text.append("\nkeys, behind a preset and a comma; with reverse. before it for the way back\n");
    for (LinkSetting setting : LinkSetting.values()) {
      text.append("  %-17s %s%n".formatted(setting.key() + "=", setting.example()));
    }
    return text.append("\nfaults, for --fault ACTION:KEY=VALUE,...\n  ")
        .append(
            Arrays.stream(FaultAction.values())
                .map(FaultAction::text)
                .collect(Collectors.joining(" ")))
        .append('\n')
        .toString();
  }
}
