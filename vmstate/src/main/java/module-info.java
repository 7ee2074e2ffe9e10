/** What QEMU's migration streams look like, for transfers that are to know whether one is whole. */
module dev.sluice.vmstate {
  requires transitive dev.sluice.engine;
  requires static org.jspecify;

  exports dev.sluice.vmstate;
}
