#!/usr/bin/python3
"""A small RTSP camera for the tests: server.py PORT PATH LAUNCH [USER PASSWORD]

Serves the GStreamer pipeline LAUNCH (its payloader named pay0) at rtsp://127.0.0.1:PORT/PATH, shared by all
viewers, and prints "ready" once it listens. With USER and PASSWORD it asks for digest authentication.
An appsrc named "clock" in LAUNCH is fed with pictures that show the time (clock_feed.py) and obeys standard input:
"pause", "resume", "size WIDTH HEIGHT".
"""
import sys
import threading

from clock_feed import ClockFeed

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402


def protect(server, factory, user, password):
    """Only USER with PASSWORD may see the media of FACTORY."""
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(permissions)


def report_capture_time(media):
    """Sender reports tell when a picture was taken; by default GStreamer's tell when it was sent, a frame later."""

    def added(_, element):
        if element.get_factory().get_name() == "rtpbin":
            element.set_property("rtcp-sync-send-time", False)

    media.get_element().get_parent().connect("element-added", added)


def main(port, path, launch, *credentials):
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch("( %s )" % launch)
    factory.set_shared(True)
    factory.connect("media-configure", lambda _, media: report_capture_time(media))
    if credentials:
        protect(server, factory, *credentials)
    if "name=clock" in launch:
        feed = ClockFeed()
        factory.connect("media-configure", lambda _, media: feed.attach(media))
        threading.Thread(target=feed.obey, args=(sys.stdin,), daemon=True).start()
    server.get_mount_points().add_factory("/" + path, factory)
    if server.attach(None) == 0:
        sys.exit("port %s is in use" % port)
    print("ready", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    gi.require_version("GstRtsp", "1.0")
    from gi.repository import GstRtsp

    main(*sys.argv[1:])
