package dev.sluice.transport.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A file that logs what is done to it, with what its target held then, and blocks or fails where a
 * test says so. {@link #close} gets a blocked write out, but not a blocked sync, as in the JDK.
 */
final class ScriptedFile extends FileChannel {
  private final FileChannel file;
  private final Path target;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final CountDownLatch inForce = new CountDownLatch(1);
  private final CountDownLatch inWrite = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile CountDownLatch forceGate = new CountDownLatch(0);
  private volatile boolean writeBlocks;
  private volatile @Nullable IOException forceFailure;
  private volatile @Nullable IOException closeFailure;
  private volatile @Nullable IOException writeFailure;

  ScriptedFile(FileChannel file, Path target) {
    this.file = file;
    this.target = target;
  }

  List<String> log() {
    return log;
  }

  void failForce(IOException failure) {
    forceFailure = failure;
  }

  void failClose(IOException failure) {
    closeFailure = failure;
  }

  void failWrite(IOException failure) {
    writeFailure = failure;
  }

  void blockForce() {
    forceGate = new CountDownLatch(1);
  }

  void unblock() {
    forceGate.countDown();
  }

  void awaitForce() throws InterruptedException {
    inForce.await();
  }

  void blockWrite() {
    writeBlocks = true;
  }

  void awaitWrite() throws InterruptedException {
    inWrite.await();
  }

  @Override
  public void force(boolean metaData) throws IOException {
    log.add("force " + metaData + ", " + Files.readString(target));
    inForce.countDown();
    awaitQuietly(forceGate);
    throwIfSet(forceFailure);
    file.force(metaData);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    log.add("close, " + Files.readString(target));
    file.close();
    closed.countDown();
    throwIfSet(closeFailure);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    log.add("write");
    inWrite.countDown();
    if (writeBlocks) {
      awaitQuietly(closed);
    }
    throwIfSet(writeFailure);
    return file.write(sources, offset, length);
  }

  private static void throwIfSet(@Nullable IOException failure) throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  private static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    }
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return file.write(source);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    return file.write(source, position);
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    file.truncate(size);
    return this;
  }

  @Override
  public int read(ByteBuffer buffer) {
    throw new AssertionError("read");
  }

  @Override
  public long read(ByteBuffer[] buffers, int offset, int length) {
    throw new AssertionError("read");
  }

  @Override
  public int read(ByteBuffer buffer, long position) {
    throw new AssertionError("read");
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel to) {
    throw new AssertionError("transferTo");
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long position, long count) {
    throw new AssertionError("transferFrom");
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new AssertionError("map");
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new AssertionError("lock");
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new AssertionError("tryLock");
  }
}
