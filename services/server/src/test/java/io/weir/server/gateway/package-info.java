/** Tests of the gateway against a real broker and registry. */
package io.weir.server.gateway;
