/** Tests of what connecting carries. */
@NullMarked
package dev.sluice.transport.rdmasim.connection;

import org.jspecify.annotations.NullMarked;
