package dev.sluice.bench;

import dev.sluice.bench.RelayChain.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of relays from one port of the loopback interface to another one. */
final class RelayPrograms {
  private static final String HAPROXY_DEFAULTS =
      """
      defaults
        mode tcp
        timeout connect 10s
        timeout client 1h
        timeout server 1h
      """;

  private final String sluice;
  private final Path folder;
  private final int entry;
  private final int middle;
  private final int target;

  /**
   * @param folder for configurations and certificates
   * @param entry where the first one listens
   * @param target where the last one connects to
   */
  RelayPrograms(String sluice, Path folder, int entry, int target) throws IOException {
    this.sluice = sluice;
    this.folder = folder;
    this.entry = entry;
    this.middle = LoopbackPort.free();
    this.target = target;
  }

  /** Returns one relay of each kind, from tcp to tcp. */
  List<RelayChain> plain() throws IOException, InterruptedException {
    List<RelayChain> chains = new ArrayList<>();
    chains.add(new RelayChain("sluice relay", List.of(sluice(entry, "", address(target)))));
    if (isInstalled("socat", "-V")) {
      chains.add(new RelayChain("socat -b 1048576", List.of(socat("-b", "1048576"))));
      chains.add(new RelayChain("socat", List.of(socat())));
    }
    if (isInstalled("haproxy", "-v")) {
      chains.add(new RelayChain("haproxy, TCP mode", List.of(haproxy("plain", "", ""))));
    }
    chains.add(new RelayChain("nothing between", List.of()));
    return chains;
  }

  /** Returns two relays of each kind, from tcp to tcp with mutual TLS between them. */
  List<RelayChain> withTls() throws IOException, InterruptedException {
    List<RelayChain> chains = new ArrayList<>();
    if (!isInstalled("openssl", "version")) {
      return chains;
    }
    makeCertificates();
    String tls = ",tls=on,tls-dir=" + folder;
    chains.add(
        new RelayChain(
            "sluice relay",
            List.of(
                sluice(entry, "", address(middle) + tls), sluice(middle, tls, address(target)))));
    if (isInstalled("stunnel", "-version")) {
      chains.add(
          new RelayChain(
              "stunnel",
              List.of(
                  stunnel("client", "yes", entry, middle),
                  stunnel("server", "no", middle, target))));
    }
    if (isInstalled("haproxy", "-v")) {
      String ssl = " ssl crt %s/%s.pem ca-file %1$s/ca-cert.pem verify required";
      chains.add(
          new RelayChain(
              "haproxy, TCP mode",
              List.of(
                  haproxy("first", entry, "", middle, ssl.formatted(folder, "client")),
                  haproxy("second", middle, ssl.formatted(folder, "server"), target, ""))));
    }
    return chains;
  }

  private static boolean isInstalled(String program, String version) throws InterruptedException {
    try {
      new ProcessBuilder(program, version)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
      return true;
    } catch (IOException absent) {
      System.err.println(
          "MISSING: "
              + program
              + " is not installed, so there is nothing to compare with: "
              + absent.getMessage());
      return false;
    }
  }

  /** The lines of docs/tls.md. */
  private void makeCertificates() throws IOException, InterruptedException {
    String script =
        """
        set -e; umask 077; cd "$0"
        new="openssl req -x509 -config /dev/null -newkey rsa:3072 -nodes -days 2"
        $new -subj /CN=bench -addext basicConstraints=critical,CA:TRUE -keyout ca-key.pem -out ca-cert.pem
        for side in server client; do
          $new -CA ca-cert.pem -CAkey ca-key.pem -subj /CN=$side -addext basicConstraints=critical,CA:FALSE \
            -addext subjectAltName=IP:127.0.0.1 -keyout $side-key.pem -out $side-cert.pem
          cat $side-cert.pem $side-key.pem >$side.pem
        done
        """;
    ProcessRun.of(List.of("sh", "-c", script, folder.toString()));
  }

  private static String address(int port) {
    return "tcp:127.0.0.1:" + port;
  }

  private Stage sluice(int from, String options, String outgoing) {
    return new Stage(
        from, List.of(sluice, "relay", "--once", "-q", address(from) + options, outgoing));
  }

  private Stage socat(String... options) {
    List<String> command = new ArrayList<>(List.of("socat"));
    command.addAll(List.of(options));
    command.add("TCP-LISTEN:" + entry + ",bind=127.0.0.1,reuseaddr");
    command.add("TCP:127.0.0.1:" + target);
    return new Stage(entry, command);
  }

  private Stage haproxy(String name, String bindOptions, String serverOptions) throws IOException {
    return haproxy(name, entry, bindOptions, target, serverOptions);
  }

  private Stage haproxy(String name, int from, String bindOptions, int to, String serverOptions)
      throws IOException {
    String listen =
        """
        listen relay
          bind 127.0.0.1:%d%s
          server only 127.0.0.1:%d%s
        """
            .formatted(from, bindOptions, to, serverOptions);
    String file = write("haproxy-" + name + ".cfg", HAPROXY_DEFAULTS + listen);
    return new Stage(from, List.of("haproxy", "-db", "-f", file));
  }

  private Stage stunnel(String side, String isClient, int from, int to) throws IOException {
    String configuration =
        """
        foreground = yes
        pid =
        [relay]
        client = %s
        accept = 127.0.0.1:%d
        connect = 127.0.0.1:%d
        cert = %s/%s.pem
        CAfile = %4$s/ca-cert.pem
        verifyChain = yes
        """
            .formatted(isClient, from, to, folder, side);
    return new Stage(from, List.of("stunnel", write("stunnel-" + side + ".conf", configuration)));
  }

  private String write(String name, String configuration) throws IOException {
    return Files.writeString(folder.resolve(name), configuration).toString();
  }
}
