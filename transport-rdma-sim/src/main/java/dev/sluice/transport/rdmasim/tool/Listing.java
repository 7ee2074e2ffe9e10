package dev.sluice.transport.rdmasim.tool;

import dev.sluice.transport.rdmasim.simulation.FaultAction;
import dev.sluice.transport.rdmasim.simulation.LinkProfile;
import dev.sluice.transport.rdmasim.simulation.LinkSetting;

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
    text.append("\nfaults, for --fault ACTION:KEY=VALUE,...; the keys before ; are needed\n");
    for (FaultAction action : FaultAction.values()) {
      String needed =
          action.requiredKeys().isEmpty() ? "" : String.join(" ", action.requiredKeys()) + "; ";
      text.append(
          "  %-19s%s%s%n"
              .formatted(action.text(), needed, String.join(" ", action.optionalKeys())));
    }
    return text.toString();
  }
}
