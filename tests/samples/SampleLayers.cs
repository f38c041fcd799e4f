using System.Collections.Immutable;

namespace Diffah.Samples;

/// <summary>
/// The layers of the images, as plain tars. Against v1, v2 has the same base, small edits and a rename in the
/// application, other settings, and one layer more; v3 has further edits and settings again.
/// </summary>
internal static class SampleLayers
{
    private const int Executable = 0b111_101_101;
    private const int AppFiles = 16;

    public static ImmutableArray<byte[]> V1(int bytes, string architecture) =>
        [Base(bytes / 2, Seed(architecture)), App(bytes / 2, Seed(architecture), edits: 0), Settings("v1")];

    public static ImmutableArray<byte[]> V2(int bytes, string architecture) =>
        [Base(bytes / 2, Seed(architecture)), App(bytes / 2, Seed(architecture), edits: 1),
            Settings("v2"), Added()];

    public static ImmutableArray<byte[]> V3(int bytes, string architecture) =>
        [Base(bytes / 2, Seed(architecture)), App(bytes / 2, Seed(architecture), edits: 2),
            Settings("v3"), Added()];

    private static ulong Seed(string architecture) => architecture.Aggregate(1ul, (seed, c) => (seed * 31) + c);

    private static byte[] Base(int bytes, ulong seed) => Layer(false, tar =>
    {
        foreach (var folder in (string[])["etc", "usr", "usr/bin", "usr/lib", "var", "var/cache"])
            tar.Folder(folder);
        tar.Folder("tmp", 0b1_111_111_111);
        tar.Folder("root", 0b111_000_000);
        tar.File("etc/os-release", "NAME=\"Sample\"\nVERSION_ID=1\n"u8);
        tar.File("etc/empty", []);
        tar.File("usr/bin/shell", SampleContent.Binary(seed, bytes / 3), Executable);
        tar.File("usr/lib/libsample.so.1.0", SampleContent.Binary(seed + 1, bytes / 3), Executable);
        tar.Symlink("usr/lib/libsample.so.1", "libsample.so.1.0");
        tar.Symlink("bin", "usr/bin");
        tar.HardLink("usr/bin/sh", "usr/bin/shell");
        tar.File("usr/bin/privileged", SampleContent.Binary(seed + 2, 4096), 0b100_111_101_101);
        tar.File("var/cache/words", SampleContent.Text(seed + 3, bytes / 3));
        OddNames(tar);
    });

    /// <summary>Names that need more than a header: long, very long, not ASCII; and attributes.</summary>
    private static void OddNames(TarFile tar)
    {
        tar.File($"usr/lib/{new string('m', 120)}/{new string('f', 30)}.txt", "over 100\n"u8);
        tar.File($"usr/lib/{new string('d', 200)}/{new string('e', 100)}.txt", "over 255\n"u8);
        tar.Symlink("usr/lib/far", new string('d', 200) + "/" + new string('e', 100) + ".txt");
        tar.File("usr/lib/naïve-файл-模.txt", "unicode\n"u8);
        tar.File("usr/bin/capable", "#!/bin/sh\n"u8, Executable, new Dictionary<string, string>
        {
            ["SCHILY.xattr.user.sample"] = "value",
            ["mtime"] = "1704164645.123456789",
        });
    }

    private static byte[] App(int bytes, ulong seed, int edits) => Layer(true, tar =>
    {
        tar.Folder("app");
        tar.Folder("app/lib");
        tar.File("app/main", Edited(SampleContent.Binary(seed + 10, bytes / 4), edits, seed), Executable);
        for (var i = 0; i < AppFiles; i++)
        {
            var content = i % 4 == 0
                ? SampleContent.Text(seed + 20 + (ulong)i, bytes / 24)
                : SampleContent.Binary(seed + 20 + (ulong)i, bytes / 24);
            tar.File($"app/lib/{Name(i, edits > 0)}", Edited(content, i % 5 == 0 ? edits : 0, seed + (ulong)i));
        }
        tar.File($"app/{new string('g', 150)}.txt", "a long name, the GNU way\n"u8);
        tar.HardLink("app/main-link", "app/main");
    });

    /// <summary>
    /// One module has another name in v2, and so another place in the tar too, with the same content.
    /// </summary>
    private static string Name(int module, bool edited) =>
        edited && module == 7 ? "renamed-07.bin" : $"module-{module:00}.bin";

    private static byte[] Edited(byte[] content, int edits, ulong seed) => Enumerable.Range(0, edits)
        .Aggregate(content, (edited, edit) => SampleContent.Edit(edited, seed + 99 + (100 * (ulong)edit), 6));

    private static byte[] Settings(string version) => Layer(false, tar =>
    {
        tar.Folder("etc");
        tar.File("etc/app.conf", System.Text.Encoding.UTF8.GetBytes($"version = {version}\n"));
        tar.File("etc/app.words", SampleContent.Text(version == "v1" ? 1ul : 2ul, 2000));
    });

    /// <summary>Removes one file, empties one folder (OCI image spec, layer.md: whiteouts), and adds some.</summary>
    private static byte[] Added() => Layer(false, tar =>
    {
        tar.Folder("app");
        tar.File("app/lib/.wh.module-03.bin", []);
        tar.Folder("var/cache");
        tar.File("var/cache/.wh..wh..opq", []);
        tar.File("var/cache/new", SampleContent.Text(77, 5000));
        tar.File("app/plugin", SampleContent.Binary(78, 20000), Executable);
    });

    private static byte[] Layer(bool gnu, Action<TarFile> write)
    {
        using var bytes = new MemoryStream();
        var tar = new TarFile(bytes) { UseGnuLongNames = gnu };
        write(tar);
        tar.Finish();
        return bytes.ToArray();
    }
}
