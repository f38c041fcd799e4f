using System.Diagnostics;

namespace Diffah.Fuzz.Running;

/// <summary>Makes an input smaller as long as it shows the same fault, within a few seconds.</summary>
internal sealed class Minimiser(InputRun run, FuzzClass inputClass)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<FuzzInput> MinimiseAsync(FuzzInput input, string fault)
    {
        var clock = Stopwatch.StartNew();
        foreach (var name in input.Files.Keys.ToArray())
        {
            input = await TryAsync(input, input.Files.Where(file => file.Key != name), fault);
            for (var piece = input.Files.GetValueOrDefault(name, []).Length / 2; piece > 0; piece /= 2)
                input = await WithoutPiecesAsync(input, name, piece, fault, clock);
        }
        return input;
    }

    private async Task<FuzzInput> WithoutPiecesAsync(
        FuzzInput input, string name, int piece, string fault, Stopwatch clock)
    {
        for (var at = 0; input.Files.TryGetValue(name, out var bytes) && at + piece <= bytes.Length
            && clock.Elapsed < Patience;)
        {
            byte[] shorter = [.. bytes[..at], .. bytes[(at + piece)..]];
            var smaller = await TryAsync(input, input.Files.Select(file =>
                file.Key == name ? new(name, shorter) : file), fault);
            if (ReferenceEquals(smaller, input))
                at += piece;
            input = smaller;
        }
        return input;
    }

    private async Task<FuzzInput> TryAsync(
        FuzzInput input, IEnumerable<KeyValuePair<string, byte[]>> files, string fault)
    {
        var smaller = input.WithFiles(files.ToArray());
        return (await run.RunAsync(inputClass, smaller)).Broken?.Fault == fault ? smaller : input;
    }
}
