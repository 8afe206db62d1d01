/** Tests of what gateway and views share over HTTP. */
package io.weir.server.http;
