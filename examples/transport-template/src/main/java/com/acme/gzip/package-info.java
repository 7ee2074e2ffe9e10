/** The transport {@code acme.gzip}: streams that are stored compressed. */
package com.acme.gzip;
