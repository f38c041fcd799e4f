using System.Collections.Concurrent;
using System.Security.Cryptography;
using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Zstd.Frames;
using Diffah.Tests.Compression.Gzip;

namespace Diffah.Tests.Compression.Zstd.Libzstd;

/// <summary>
/// Frames of the zstd tool, releases 1.5.2, 1.5.4, 1.5.6 and 1.5.7, over contents that are made here: their headers,
/// and the first half of the SHA-256 of their blocks.
/// </summary>
public sealed class LibzstdVectorTests
{
    private static readonly ConcurrentDictionary<(string Kind, int Size), byte[]> Contents = new();

    public static TheoryData<byte, byte, string, int, string, string> Frames => new()
    {
        { 25, 3, "copies", 700000, "28b52ffda460ae0a00", "8bb3e12643eb825f34fb146806463a67" },
        { 25, 3, "mixed", 0, "28b52ffd2400", "fb50dc0717ff266cf9baf82b1ce7a1c2" },
        { 25, 3, "mixed", 131072, "28b52ffda400000200", "4db9786beeacc9b0a667dcd64e40e8df" },
        { 25, 3, "mixed", 2500000, "28b52ffd8458a0252600", "20d95415acbe9a6e58338c5d557baa9b" },
        { 25, 3, "mixed", 400000, "28b52ffda4801a0600", "4da281911820f3ce6c7e2e1ccf021400" },
        { 25, 3, "mixed", 5, "28b52ffd2405", "d1e44a4b4bb3312c4dfd13d934f3f006" },
        { 25, 3, "mixed", 5000, "28b52ffd648812", "417ca53e8a5dee77f01c5b3c70fcc60c" },
        { 25, 3, "mixed", 655360, "28b52ffda400000a00", "6ef39fa6a22992cefd65dc39a69f78c4" },
        { 25, 3, "mixed", 8388608, "28b52ffd845800008000", "75354cd093dc4f2a7b432a68f569e445" },
        { 25, 3, "random", 400000, "28b52ffda4801a0600", "5233bfca998847674fb37d2b772bf03f" },
        { 25, 3, "records", 3000000, "28b52ffd8458c0c62d00", "b2ac78a288f9d0f9170126d321b06ccf" },
        { 25, 3, "text", 200000, "28b52ffda4400d0300", "66e0a4ef3e7f4dc814a95467f4ad7c9e" },
        { 25, 3, "zeros", 400000, "28b52ffda4801a0600", "8b8382d1852b64f593b202e8ef49ffb9" },
        { 17, 3, "copies", 700000, "28b52ffd0458", "8bb3e12643eb825f34fb146806463a67" },
        { 17, 3, "mixed", 0, "28b52ffd2400", "fb50dc0717ff266cf9baf82b1ce7a1c2" },
        { 17, 3, "mixed", 131072, "28b52ffd0458", "26e247cb4fdfcd7e2d6948dbbce30472" },
        { 17, 3, "mixed", 2500000, "28b52ffd0458", "20d95415acbe9a6e58338c5d557baa9b" },
        { 17, 3, "mixed", 400000, "28b52ffd0458", "4da281911820f3ce6c7e2e1ccf021400" },
        { 17, 3, "mixed", 5, "28b52ffd0458", "d1e44a4b4bb3312c4dfd13d934f3f006" },
        { 17, 3, "mixed", 5000, "28b52ffd0458", "3aa3265f4d8fa0847f4f5386d934f41b" },
        { 17, 3, "mixed", 655360, "28b52ffd0458", "6ef39fa6a22992cefd65dc39a69f78c4" },
        { 17, 3, "mixed", 8388608, "28b52ffd0458", "f4a1033cf975f4285e54c01eec1ea384" },
        { 17, 3, "random", 400000, "28b52ffd0458", "5233bfca998847674fb37d2b772bf03f" },
        { 17, 3, "records", 3000000, "28b52ffd0458", "b2ac78a288f9d0f9170126d321b06ccf" },
        { 17, 3, "text", 200000, "28b52ffd0458", "2a95dbc1abccc734caf6641868c6e7f1" },
        { 17, 3, "zeros", 400000, "28b52ffd0458", "8b8382d1852b64f593b202e8ef49ffb9" },
        { 9, 3, "copies", 700000, "28b52ffda460ae0a00", "8bb3e12643eb825f34fb146806463a67" },
        { 9, 3, "mixed", 0, "28b52ffd2400", "fb50dc0717ff266cf9baf82b1ce7a1c2" },
        { 9, 3, "mixed", 131072, "28b52ffda400000200", "4db9786beeacc9b0a667dcd64e40e8df" },
        { 9, 3, "mixed", 2500000, "28b52ffd8458a0252600", "ac825ec0a7e8c972978d0bc0c2fc5af8" },
        { 9, 3, "mixed", 400000, "28b52ffda4801a0600", "4da281911820f3ce6c7e2e1ccf021400" },
        { 9, 3, "mixed", 5, "28b52ffd2405", "d1e44a4b4bb3312c4dfd13d934f3f006" },
        { 9, 3, "mixed", 5000, "28b52ffd648812", "417ca53e8a5dee77f01c5b3c70fcc60c" },
        { 9, 3, "mixed", 655360, "28b52ffda400000a00", "6ef39fa6a22992cefd65dc39a69f78c4" },
        { 9, 3, "random", 400000, "28b52ffda4801a0600", "5233bfca998847674fb37d2b772bf03f" },
        { 9, 3, "records", 3000000, "28b52ffd8458c0c62d00", "ddd83e36490d813b81d7b28192d1c028" },
        { 9, 3, "text", 200000, "28b52ffda4400d0300", "66e0a4ef3e7f4dc814a95467f4ad7c9e" },
        { 9, 3, "zeros", 400000, "28b52ffda4801a0600", "8b8382d1852b64f593b202e8ef49ffb9" },
        { 1, 3, "copies", 700000, "28b52ffd0458", "8bb3e12643eb825f34fb146806463a67" },
        { 1, 3, "mixed", 0, "28b52ffd2400", "fb50dc0717ff266cf9baf82b1ce7a1c2" },
        { 1, 3, "mixed", 131072, "28b52ffd0458", "5dafefda48adfdf42870744c89270fa7" },
        { 1, 3, "mixed", 2500000, "28b52ffd0458", "ac825ec0a7e8c972978d0bc0c2fc5af8" },
        { 1, 3, "mixed", 400000, "28b52ffd0458", "4da281911820f3ce6c7e2e1ccf021400" },
        { 1, 3, "mixed", 5, "28b52ffd0458", "d1e44a4b4bb3312c4dfd13d934f3f006" },
        { 1, 3, "mixed", 5000, "28b52ffd0458", "3aa3265f4d8fa0847f4f5386d934f41b" },
        { 1, 3, "mixed", 655360, "28b52ffd0458", "46738c8b06d1dd7c36d5e1b6236b644e" },
        { 1, 3, "random", 400000, "28b52ffd0458", "5233bfca998847674fb37d2b772bf03f" },
        { 1, 3, "records", 3000000, "28b52ffd0458", "ddd83e36490d813b81d7b28192d1c028" },
        { 1, 3, "text", 200000, "28b52ffd0458", "2a95dbc1abccc734caf6641868c6e7f1" },
        { 1, 3, "zeros", 400000, "28b52ffd0458", "8b8382d1852b64f593b202e8ef49ffb9" },
        { 17, 4, "copies", 700000, "28b52ffd0458", "269abce3ebdf3035cdca7d4cff7a9d02" },
        { 17, 4, "mixed", 131072, "28b52ffd0458", "59b9a6824f0c8b5509977e760d8e9cc7" },
        { 17, 4, "mixed", 400000, "28b52ffd0458", "96ca1b0c4223523c9bef8f0683347e4e" },
        { 17, 4, "records", 3000000, "28b52ffd0458", "1ec17274e1807bf5d447099dd8b23ee8" },
        { 25, 1, "copies", 700000, "28b52ffd844860ae0a00", "cde9984b8403bbda44282216fca4759e" },
        { 25, 1, "mixed", 131072, "28b52ffda400000200", "0654516910378ac069e63fdbaec3a0ec" },
        { 25, 1, "mixed", 400000, "28b52ffda4801a0600", "a17fce8e78c57cde0d01020a94f57d40" },
        { 25, 1, "records", 3000000, "28b52ffd8448c0c62d00", "0360869f6b65b4fb9e5b142d8b58b430" },
        { 25, 2, "copies", 700000, "28b52ffda460ae0a00", "cd48f59d2bac3b9680da1a1bc0212b6f" },
        { 25, 2, "mixed", 131072, "28b52ffda400000200", "300e6072eaa5c50f4075609f9d83e739" },
        { 25, 2, "mixed", 400000, "28b52ffda4801a0600", "199366a4e767566d273940967b17393d" },
        { 25, 2, "records", 3000000, "28b52ffd8450c0c62d00", "b31b9728ac987a17ec40a3974aae656f" },
        { 25, 3, "mixed", 2500000, "28b52ffd8458a0252600", "20d95415acbe9a6e58338c5d557baa9b" },
        { 25, 3, "random", 400000, "28b52ffda4801a0600", "5233bfca998847674fb37d2b772bf03f" },
        { 17, 3, "copies", 700000, "28b52ffd0458", "8bb3e12643eb825f34fb146806463a67" },
        { 17, 3, "mixed", 131072, "28b52ffd0458", "26e247cb4fdfcd7e2d6948dbbce30472" },
        { 17, 3, "mixed", 400000, "28b52ffd0458", "4da281911820f3ce6c7e2e1ccf021400" },
        { 17, 3, "records", 3000000, "28b52ffd0458", "b2ac78a288f9d0f9170126d321b06ccf" },
        { 25, 5, "copies", 700000, "28b52ffda460ae0a00", "57eb3d79e615a8e15b0d943e413e3001" },
        { 25, 5, "mixed", 131072, "28b52ffda400000200", "4d8ce0b8924ed919212fae5a2669d6da" },
        { 25, 5, "mixed", 400000, "28b52ffda4801a0600", "9d39551b29d1d53e089ac9fea26dde02" },
        { 25, 5, "records", 3000000, "28b52ffd8458c0c62d00", "41064f0afaef6bc17fac03315b413c6b" },
        { 25, 9, "copies", 700000, "28b52ffda460ae0a00", "9cbe72aa6f4541ec208c4aee97098410" },
        { 25, 9, "mixed", 131072, "28b52ffda400000200", "2d0e711c21a25d4a5ac3b8c801f98432" },
        { 25, 9, "mixed", 400000, "28b52ffda4801a0600", "c9f1f2aa32069f3340740451b12d3edf" },
        { 17, 13, "mixed", 262144, "28b52ffd0460", "ed06849c1c8b17c8b5dc8daf07905440" },
        { 25, 17, "mixed", 262144, "28b52ffda400000400", "2c889c9e302d3c6e86db8cbe4c7e8adb" },
        { 25, 19, "mixed", 262144, "28b52ffda400000400", "78b04935d87e76df90526eb725dc951c" },
        { 57, 9, "copies", 700000, "28b52ffda460ae0a00", "f8918b888b7a84fc7102d44d46fb00c6" },
        { 57, 9, "mixed", 131072, "28b52ffda400000200", "093be5c1f62f3fbb519b2d058e0f2a4c" },
        { 57, 9, "mixed", 400000, "28b52ffda4801a0600", "e8ec80ad0cd8e5f3a8c1082c4171ece1" },
        { 145, 6, "mixed", 2500000, "28b52ffd0458", "4a4058ff6dfec6b24f24722061304ab9" },
        { 26, 1, "copies", 700000, "28b52ffd844860ae0a00", "219eaefc0377f6dbd14b8ca59f3b7e43" },
        { 26, 1, "mixed", 131072, "28b52ffda400000200", "0654516910378ac069e63fdbaec3a0ec" },
        { 26, 1, "mixed", 400000, "28b52ffda4801a0600", "58264bb777cdcf05aadc5135490b7a50" },
        { 26, 1, "records", 3000000, "28b52ffd8448c0c62d00", "0360869f6b65b4fb9e5b142d8b58b430" },
        { 26, 3, "copies", 700000, "28b52ffda460ae0a00", "a87cf6782645f6ae072c19206de89b63" },
        { 26, 3, "mixed", 0, "28b52ffd2400", "fb50dc0717ff266cf9baf82b1ce7a1c2" },
        { 26, 3, "mixed", 131072, "28b52ffda400000200", "654506311b17e790091f3fd1ece2efc1" },
        { 26, 3, "mixed", 2500000, "28b52ffd8458a0252600", "7c4cbb3b9cd70b84599da9d9763ef036" },
        { 26, 3, "mixed", 400000, "28b52ffda4801a0600", "65578e363ee4c31220fa96b13b1e4096" },
        { 26, 3, "mixed", 5, "28b52ffd2405", "d1e44a4b4bb3312c4dfd13d934f3f006" },
        { 26, 3, "mixed", 5000, "28b52ffd648812", "417ca53e8a5dee77f01c5b3c70fcc60c" },
        { 26, 3, "mixed", 655360, "28b52ffda400000a00", "14ef5d0bb5d18b7aae4897caf1b73d0b" },
        { 26, 3, "random", 400000, "28b52ffda4801a0600", "5233bfca998847674fb37d2b772bf03f" },
        { 26, 3, "records", 3000000, "28b52ffd8458c0c62d00", "f4a44f123cee30266771f1a90bbfb1ff" },
        { 26, 3, "text", 200000, "28b52ffda4400d0300", "0087f5c94d5b7b270008d64bdb7ad3ff" },
        { 26, 3, "zeros", 400000, "28b52ffda4801a0600", "8b8382d1852b64f593b202e8ef49ffb9" },
        { 2, 3, "copies", 700000, "28b52ffd0458", "ad1f83b14591b0fb939f3934632370ac" },
        { 2, 3, "mixed", 131072, "28b52ffd0458", "2c67448a6ec19789c38628f93b34975c" },
        { 2, 3, "mixed", 400000, "28b52ffd0458", "65578e363ee4c31220fa96b13b1e4096" },
        { 2, 3, "records", 3000000, "28b52ffd0458", "2a34cab77e048ec15143e482ff98a06c" },
        { 26, 9, "copies", 700000, "28b52ffda460ae0a00", "66fd252d3b3c766fcd704360ae377522" },
        { 26, 9, "mixed", 131072, "28b52ffda400000200", "2d0e711c21a25d4a5ac3b8c801f98432" },
        { 26, 9, "mixed", 400000, "28b52ffda4801a0600", "d227ca2919d43fb4f364710d306fe47b" },
        { 26, 19, "mixed", 262144, "28b52ffda400000400", "60cbb7f66a486654b1ac4ff9fe46a979" },
        { 27, 5, "copies", 700000, "28b52ffda460ae0a00", "8e9ca75cc3d5c6e29edaa9adf8a26a8e" },
        { 27, 5, "mixed", 131072, "28b52ffda400000200", "be4d360da2d7ce12e5862002c195cc69" },
        { 27, 5, "mixed", 400000, "28b52ffda4801a0600", "3875a3ad960fbb4f63aef11e9c662d16" },
        { 27, 5, "random", 400000, "28b52ffda4801a0600", "5233bfca998847674fb37d2b772bf03f" },
        { 19, 6, "mixed", 2500000, "28b52ffd0458", "621c15a29b7b6b34f0a899a609db3875" },
        { 19, 6, "records", 3000000, "28b52ffd0458", "e809c68472e224f1295fc9f02e3cd8ce" },
        { 27, 8, "mixed", 9000000, "28b52ffd845840548900", "5d80ca1f11ba5643b5adcc7ca51b1254" },
        { 3, 9, "mixed", 2500000, "28b52ffd0460", "80aea6ffab49d34e5d6b9927dfd65424" },
        { 3, 9, "text", 200000, "28b52ffd0460", "bfd1c1be7c07f13aa563d697c47652b5" },
        { 27, 12, "mixed", 400000, "28b52ffda4801a0600", "252647af598955634a7a04868baed423" },
        { 27, 9, "mixed", 2500000, "28b52ffda4a0252600", "80aea6ffab49d34e5d6b9927dfd65424" },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void Blocks_are_those_of_the_tool(
        byte generation, byte level, string kind, int size, string header, string digest)
    {
        var content = Contents.GetOrAdd((kind, size), key => EncoderContents.Make(key.Kind, key.Size));
        var profile = new ZstdProfile(ZstdFamily.Libzstd, generation, level);
        var blocks = LibzstdFrames.Encode(
            profile, ZstdFrameHeader.Read(Convert.FromHexString(header))!.Value, content);
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(blocks))[..digest.Length]);
    }
}
