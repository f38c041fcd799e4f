using System.Text;
using Diffah.Engine.Deltas;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;

namespace Diffah.Fuzz.Classes;

/// <summary>Signatures, keys of both kinds, and signed sidecars. What is changed at all does not verify.</summary>
internal sealed class SignatureClass : FuzzClass
{
    private const string PrivatePath = "private.pem";
    private const string Passphrase = "correct horse battery";

    public override string Name => "signatures";

    public override IEnumerable<FuzzInput> HandMade()
    {
        string[] keys =
        [
            "", "-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
            "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\ne30=\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n",
            """{"kdf":{"name":"scrypt","params":{"N":1073741824,"r":8,"p":1},"salt":"AAAA"},"cipher":{"name":"nacl/secretbox","nonce":"AAAA"},"ciphertext":"AAAA"}""",
            """{"kdf":{"name":"scrypt","params":{"N":65536,"r":2147483647,"p":2147483647},"salt":"AAAA"},"cipher":{"name":"nacl/secretbox","nonce":"AAAA"},"ciphertext":"AAAA"}""",
            new string('[', 60_000), new string('A', 1 << 20),
        ];
        var parts = ArchivePool.Delta(new Dice(0));
        foreach (var (key, number) in keys.Select((text, i) => (Encoding.UTF8.GetBytes(text), i)))
        {
            yield return Input($"hand-made: public key {number}", parts, parts.Signature, key, key);
            yield return Input($"hand-made: signature {number}", parts, key, parts.PublicKey, key);
        }
    }

    public override FuzzInput Build(Dice dice, string origin)
    {
        var parts = ArchivePool.Delta(dice);
        var (signature, key, privateKey) = (parts.Signature, parts.PublicKey, PrivateKeys.Of(dice));
        switch (dice.Below(6))
        {
            case 0 or 1:
                signature = Damaged(signature, dice);
                break;
            case 2:
                key = Damaged(key, dice);
                break;
            case 3 or 4:
                privateKey = Damaged(privateKey, dice);
                break;
            default:
                var (name, sidecar) = parts.Entries[0];
                parts = parts with { Entries = [new(name, Damaged(sidecar, dice)), .. parts.Entries.Skip(1)] };
                break;
        }
        return Input(origin, parts, signature, key, privateKey);
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var hidden = trial.With(trial.Catalog, [Passphrase]);
        var verified = await VerifyAsync(hidden);
        if (verified && input["sidecar"] != Unpacking.Digest(Sidecar(input)))
            throw new LawBrokenException(Law.Exact, "VerifyArchive", "a sidecar that was changed has a good signature");
        await ImageWork.RestoreAsync(hidden, trial[ArchiveParts.Path], ImageReference.Parse($"dir:{trial["b0"]}"),
            Storing.Folder, trial[ArchiveParts.KeyPath]);
        await SignAsync(hidden);
    }

    private static async Task<bool> VerifyAsync(Trial trial)
    {
        var request = new VerifyArchiveRequest
        {
            ArchivePath = trial[ArchiveParts.Path],
            VerificationKeyPath = trial[ArchiveParts.KeyPath],
            WorkDirectory = trial.Work,
        };
        var done = await trial.ReadAsync("VerifyArchive with a key",
            (events, stop) => new VerifyArchive(trial.Catalog).RunAsync(request, events, stop));
        return done.Succeeded
            && done.Value.Findings.Any(f => f is { Check: "signature", Status: FindingStatus.Ok });
    }

    private static async Task SignAsync(Trial trial)
    {
        var output = trial.NewOutput();
        var baseline = ImageReference.Parse($"dir:{trial["b0"]}");
        var request = new CreateDeltaRequest
        {
            Baseline = baseline,
            Target = baseline,
            OutputPath = Path.Combine(output, ArchiveParts.Path),
            SigningKey = new SigningKeySource(trial[PrivatePath], Passphrase),
            WorkDirectory = trial.Work,
            Encoding = new EncodingOptions { ZstdLevel = 1 },
        };
        await trial.WriteAsync("CreateDelta with a key", output,
            (events, stop) => new CreateDelta(trial.Catalog).RunAsync(request, events, stop));
    }

    private static byte[] Damaged(byte[] bytes, Dice dice) =>
        bytes.Length > 0 && bytes[0] == '{' ? JsonMutator.Mutate(bytes, dice) : ByteMutator.Mutate(bytes, dice);

    private static byte[] Sidecar(FuzzInput input) => Storing.FirstFile(input.Files[ArchiveParts.Path]);

    private FuzzInput Input(string origin, ArchiveParts parts, byte[] signature, byte[] key, byte[] privateKey)
    {
        var input = new FuzzInput(Name, origin).WithFiles(
        [
            .. parts.Baselines, new(ArchiveParts.Path, Storing.Tar(parts.Entries)),
            new(ArchiveParts.SignaturePath, signature), new(ArchiveParts.KeyPath, key), new(PrivatePath, privateKey),
        ]);
        input.Settings["sidecar"] = parts.SignedSidecar;
        return input;
    }
}
