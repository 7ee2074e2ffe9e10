/** What the integration tests share: the command as a process, JSON, peers, bytes. */
@NullMarked
package dev.sluice.it.support;

import org.jspecify.annotations.NullMarked;
