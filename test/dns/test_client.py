"""The client as a process of an instance, and the calls that dockerops makes beside it."""

import json
import os
import time
import unittest
from unittest import mock

from support import SERVER, ServerTest, cli, eventually, python
from dockerops_dns import client as clients, lease_calls


def said(log: str) -> str:
    if not os.path.exists(log):
        return ""
    with open(log, encoding="utf-8") as file:
        return file.read()


class ClientProcess(ServerTest):
    def client_process(self, document: object, log: str, pause: float = 60.0):
        config = os.path.join(self.server.directory, "dns.json")
        pid = os.path.join(self.server.directory, "on-stop", "dns-client.pid")
        if document is not None:
            with open(config, "w", encoding="utf-8") as file:
                json.dump(document, file)
        process = python(
            "from dockerops_dns import client\n"
            "client.CONFIG, client.PID_FILE, client.LOG_FILE, client.UNREGISTERED_FILE = %r\n"
            "sys.exit(client.main(client.Timing(pause=%r)))" % ((config, pid, log, self.unregistered), pause),
            self.server.log)
        self.addCleanup(self.server.kill, process)
        return process, pid

    def test_it_registers_writes_its_pid_and_withdraws_on_term(self):
        log = os.path.join(self.server.directory, "client.log")
        process, pid = self.client_process(self.server.document_of("web", "one"), log)
        self.becomes("web", "10.9.0.7")
        eventually(lambda: "registered" in said(log))
        with open(pid, encoding="ascii") as file:
            self.assertEqual(int(file.read()), process.pid)
        process.terminate()
        self.assertEqual(process.wait(2), 0)
        self.becomes("web")
        eventually(lambda: not self.server.texts("web-one"))
        self.assertRegex(said(log), r"registered as web-one._lease.local.zone with address 10.9.0.7\n.*withdrawn\n")

    @property
    def unregistered(self) -> str:
        return os.path.join(self.server.directory, "state.dns")

    def test_it_leaves_the_reason_in_a_file_until_its_names_are_registered_for_the_first_time(self):
        wrong = self.server.instance_key("web", "one")._replace(secret=b"wrong")
        log = os.path.join(self.server.directory, "client.log")
        process, _ = self.client_process(self.server.document_of("web", "one", key=wrong), log)
        eventually(lambda: "refuses the key" in said(self.unregistered))
        process.kill()
        process.wait()
        self.client_process(self.server.document_of("web", "one"), log)
        self.becomes("web", "10.9.0.7")
        eventually(lambda: not os.path.exists(self.unregistered))

    def lease_call(self, log: str, *arguments: str):
        """The calls that dockerops makes in the instance."""
        config = os.path.join(self.server.directory, "dns.json")
        pid = os.path.join(self.server.directory, "on-stop", "dns-client.pid")
        with mock.patch.multiple(clients, CONFIG=config, PID_FILE=pid, LOG_FILE=log):
            return lease_calls.dispatch(list(arguments))

    def test_an_instance_tells_when_it_is_found_lets_go_when_told_and_comes_back_if_nobody_stops_it(self):
        log = os.path.join(self.server.directory, "client.log")
        process, _ = self.client_process(self.server.document_of("web", "one"), log, pause=1.0)
        self.assertEqual(self.lease_call(log, "await", "--timeout", "8", "web-one=10.9.0.7")["resolved"], ["web-one"])
        self.assertEqual(self.lease_call(log, "withdraw", "web-one"), {"withdrawn": ["web-one"]})
        self.assertEqual(self.server.addresses("web"), [])
        self.becomes("web", "10.9.0.7")
        self.assertIsNone(process.poll())
        self.lease_call(log, "withdraw", "web-one")
        process.terminate()
        self.assertEqual(process.wait(2), 0, "a stop is heeded while it has let go")
        self.assertEqual(self.lease_call(log, "withdraw", "web-one"), {"withdrawn": []}, "nobody is there to be told")

    def test_who_is_not_found_is_told_with_what_the_client_inside_says(self):
        log = os.path.join(self.server.directory, "client.log")
        wrong = self.server.instance_key("web", "one")._replace(secret=b"wrong")
        self.client_process(self.server.document_of("web", "one", key=wrong), log)
        eventually(lambda: os.path.exists(log))
        with self.assertRaises(cli.Failed) as caught:
            self.lease_call(log, "await", "--timeout", "0.2", "web-one=10.9.0.7")
        self.assertEqual(caught.exception.code, 3)
        self.assertRegex(str(caught.exception), "web-one, asked of the DNS 127.0.0.1 port .*"
                         "the client inside says: not registered: .*refuses the key")
        for arguments in ([], ["withdraw"], ["withdraw", "web-two"], ["await", "web-one"]):
            with self.assertRaises(cli.Failed) as caught:
                self.lease_call(log, *arguments)
            self.assertEqual(caught.exception.code, 2, arguments)

    def test_without_a_file_it_ends_at_once_and_with_a_bad_one_it_says_why(self):
        log = os.path.join(self.server.directory, "client.log")
        self.assertEqual(self.client_process(None, log)[0].wait(5), 0)
        self.assertFalse(os.path.exists(log))
        self.assertEqual(self.client_process({"server": SERVER}, log)[0].wait(5), 1)
        self.assertIn("cannot be used: KeyError", said(log))

    def test_it_ends_in_time_when_the_server_is_away(self):
        document = {**self.server.document_of("web", "one"), "server": "192.0.2.1", "port": 53}
        process, _ = self.client_process(document, os.path.join(self.server.directory, "client.log"))
        time.sleep(0.5)
        process.terminate()
        process.wait(2)


if __name__ == "__main__":
    unittest.main()
