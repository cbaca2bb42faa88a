"""MNIST and Fashion-MNIST by name, from a server on this machine that speaks OpenML's interface."""

import errno
import http.client
import shutil
import socket
import urllib.error

import numpy as np
import pytest

from simulator.core.datasets import load_dataset, online
from simulator.errors import InputError
from tests.core.datasets.openml import openml

NAMES = ("mnist", "fashion_mnist")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The folder in which fetched data is kept."""
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    monkeypatch.setattr(online, "RETRY_SECONDS", 0.01)
    return tmp_path


@pytest.fixture
def site(home, monkeypatch):
    """OpenML, on this machine."""
    with openml(monkeypatch) as served:
        yield served


@pytest.mark.parametrize("name", NAMES)
def test_a_data_set_is_fetched_once_and_kept(site, home, name):
    pixels, labels = site.offer(online.OPENML_NAMES[name], 60)
    dataset = load_dataset(name, num_rows=60)
    assert (dataset.num_rows, dataset.num_classes, dataset.image_shape) == (60, 10, (28, 28))
    assert (dataset.class_names[0] == "t_shirt") == (name == "fashion_mnist")
    np.testing.assert_array_equal(dataset.inputs, pixels.astype(np.float32) / np.float32(255))
    assert dataset.labels is not None
    np.testing.assert_array_equal(dataset.labels, labels)
    site.answers.clear()
    shutil.rmtree(home / "openml")  # the file as it came
    again = load_dataset(name, num_rows=60)
    np.testing.assert_array_equal(again.inputs, dataset.inputs)
    thinned = load_dataset(name, num_rows=20)
    assert thinned.labels is not None
    np.testing.assert_array_equal(np.bincount(thinned.labels), 2)


def test_a_damaged_copy_is_made_again(site, home):
    site.offer("mnist_784", 20)
    before = load_dataset("mnist", num_rows=20)
    (kept,) = home.glob("*.npz")
    kept.write_bytes(kept.read_bytes()[:-50])
    np.testing.assert_array_equal(load_dataset("mnist", num_rows=20).inputs, before.inputs)
    assert [file.name for file in home.iterdir() if file.is_file()] == [kept.name]


@pytest.mark.filterwarnings("ignore:Invalid cache", "ignore:A network error occurred", "ignore:Version 1 of")
class TestFailures:
    """Each failure is told as what it is."""

    def test_a_wrong_checksum(self, site):
        site.offer("mnist_784", 20)
        (arff,) = (path for path in site.answers if path.endswith(".arff"))
        site.answers[arff] += b"0\n"
        with pytest.raises(InputError, match=r"What openml\.org sent for mnist is not the data set"):
            load_dataset("mnist")
        site.offer("mnist_784", 20)  # and nothing of it is kept
        assert load_dataset("mnist", num_rows=20).num_rows == 20

    def test_a_page_of_the_network_in_place_of_the_answer(self, site):
        site.offer("mnist_784", 20)
        site.answers = dict.fromkeys(site.answers, b"<html>Please log in</html>")
        with pytest.raises(InputError, match="is not the data set"):
            load_dataset("mnist")

    @pytest.mark.parametrize("change", [b"{}", b'{"data": {"dataset": []}}', b'{"data": null}'])
    def test_an_answer_of_another_form(self, site, change):
        site.offer("mnist_784", 20)
        (search,) = (path for path in site.answers if "data_name" in path)
        site.answers[search] = change
        with pytest.raises(InputError, match="is not the data set"):
            load_dataset("mnist")

    def test_other_images(self, site, monkeypatch):
        monkeypatch.setattr("tests.core.datasets.openml.NUM_PIXELS", 100)
        site.offer("mnist_784", 20)
        with pytest.raises(InputError, match="is not the data set"):
            load_dataset("mnist")

    @pytest.mark.parametrize("status", [403, 404, 500, 503])
    def test_a_server_that_says_no(self, site, status):
        site.offer("mnist_784", 20)
        site.status = status
        with pytest.raises(InputError, match=rf"was reached but does not hand out mnist .*status {status}"):
            load_dataset("mnist")

    def test_nobody_there(self, site, monkeypatch):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{free.getsockname()[1]}/{{}}"
        monkeypatch.setattr("sklearn.datasets._openml._SEARCH_NAME", address)
        with pytest.raises(InputError, match="that cannot be reached"):
            load_dataset("mnist")

    def test_a_full_disk(self, site, monkeypatch):
        site.offer("mnist_784", 20)

        def full(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(shutil, "copyfileobj", full)
        with pytest.raises(InputError, match="is full, so mnist cannot be kept"):
            load_dataset("mnist")

    def test_a_folder_that_cannot_be_written(self, site, home, monkeypatch):
        (home / "file").write_text("where a folder should be")
        monkeypatch.setenv("SCIKIT_LEARN_DATA", str(home / "file" / "below"))
        site.offer("mnist_784", 20)
        with pytest.raises(InputError, match="may not write"):
            load_dataset("mnist")

    def test_a_network_that_swallows_everything(self, home, monkeypatch):
        monkeypatch.setattr(online, "SOCKET_TIMEOUT_SECONDS", 0.1)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            address = f"http://127.0.0.1:{silent.getsockname()[1]}/{{}}"
            monkeypatch.setattr("sklearn.datasets._openml._SEARCH_NAME", address)
            with pytest.raises(InputError, match="that cannot be reached"):
                load_dataset("mnist")

    @pytest.mark.parametrize(
        ("failure", "sentence"),
        [
            (urllib.error.URLError(socket.gaierror("no name")), "cannot be reached"),
            (TimeoutError("timed out"), "cannot be reached"),
            (ConnectionResetError(errno.ECONNRESET, "reset"), "cannot be reached"),
            (http.client.IncompleteRead(b""), "cannot be reached"),
        ],
    )
    def test_whatever_happens_other_sockets_have_no_timeout(self, home, monkeypatch, failure, sentence):
        timeouts = []

        def fail(*_, **__):
            timeouts.append(socket.getdefaulttimeout())
            raise failure

        monkeypatch.setattr(online, "fetch_openml", fail)
        with pytest.raises(InputError, match=sentence):
            load_dataset("mnist")
        assert timeouts == [None]
        assert socket.getdefaulttimeout() is None
