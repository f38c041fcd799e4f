using System.Security.Cryptography;
using System.Text;

namespace Diffah.Fuzz.Building;

/// <summary>
/// Archives to be damaged, made once a run: making one takes longer than reading hundreds. They are the same in each
/// run but for their signatures, and so is which of them an input is made of.
/// </summary>
internal static class ArchivePool
{
    private const int Count = 6;

    private static readonly Lazy<Task<ArchiveParts[]>> Deltas = new(() => MakeAsync(_ => 1));
    private static readonly Lazy<Task<ArchiveParts[]>> Bundles = new(() => MakeAsync(i => 2 + (i % 2)));

    public static ArchiveParts Delta(Dice dice) => dice.Of<ArchiveParts>(Deltas.Value.GetAwaiter().GetResult());

    public static ArchiveParts Bundle(Dice dice) => dice.Of<ArchiveParts>(Bundles.Value.GetAwaiter().GetResult());

    private static async Task<ArchiveParts[]> MakeAsync(Func<int, int> images)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, key.ExportPkcs8PrivateKeyPem() + "\n");
            var publicKey = Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n");
            var parts = new ArchiveParts[Count];
            for (var i = 0; i < Count; i++)
                parts[i] = await ArchiveParts.MakeAsync(new Dice((ulong)i), images(i), path, publicKey);
            return parts;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
