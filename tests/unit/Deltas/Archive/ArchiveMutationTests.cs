using System.Text.Json.Nodes;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>
/// Changes by someone who knows the format: to values of the sidecar, to fields of headers, to the order and number of
/// entries, one to three at a time. The right image comes out, or a typed error.
/// </summary>
public class ArchiveMutationTests
{
    private const int Rounds = 150;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    public async Task Any_change_gives_the_right_image_or_a_typed_error(int seed, int version)
    {
        using var lab = new DeltaLab();
        var (baseline, target) = version == 1 ? Pairs.Tiny() : ContentPairs.Mixed();
        var archive = await lab.BytesAsync(baseline, target, DeltaLab.Quick with { FormatVersion = version });
        var random = new Random(seed);
        var (right, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var draft = ArchiveDraft.Read(archive);
            var changes = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Change(draft, random)).ToArray();
            var bytes = draft.Write();
            if (random.Next(3) == 0)
                bytes = LayerBytes.Zstd(bytes);
            if (random.Next(8) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            await File.WriteAllBytesAsync(lab.Archive, bytes);
            if (await RestoresAsync(lab, baseline, target, $"seed {seed}, round {round}: {string.Join("; ", changes)}"))
                right++;
            else
                refused++;
        }
        Assert.True(right > 0 && refused > Rounds / 2, $"{right} right, {refused} refused");
    }

    private static string Change(ArchiveDraft draft, Random random)
    {
        var kind = random.Next(10);
        switch (kind)
        {
            case <= 3:
                return ChangeValue(draft.Sidecar, random);
            case 4:
                return ChangeStructure(draft.Sidecar, random);
            case 5 when draft.Entries.Count > 1:
                draft.Entries.RemoveAt(random.Next(draft.Entries.Count));
                return "an entry is lost";
            case 6 when draft.Entries.Count > 0:
                draft.Entries.Insert(random.Next(draft.Entries.Count), Pick(draft.Entries, random));
                return "an entry is there twice";
            case 7 when draft.Entries.Count > 1:
                SwapContents(draft.Entries, random);
                return "two contents change places";
            case 8 when draft.Entries.Count > 0:
                var at = random.Next(draft.Entries.Count);
                draft.Entries[at] = ChangeHeader(draft.Entries[at], random);
                return "a header is changed";
            default:
                draft.Entries.Sort((a, b) => string.CompareOrdinal(b.Name, a.Name));
                return "the entries are turned round";
        }
    }

    private static string ChangeValue(JsonObject root, Random random)
    {
        var values = Values(root).ToArray();
        var (parent, name, value) = values[random.Next(values.Length)];
        var other = Values(root).Select(v => v.Value).ElementAt(random.Next(values.Length));
        parent[name] = random.Next(8) switch
        {
            0 => null,
            1 => other?.DeepClone(),
            2 => long.MaxValue,
            3 => -1,
            4 => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number ? value.GetValue<long>() + 1 : "",
            5 => new string('x', random.Next(10_000)),
            6 => "a\u0000\u001b[2J\u202e\ufffd",
            _ => new JsonArray(new JsonObject()),
        };
        return $"the value of {name}";
    }

    private static string ChangeStructure(JsonObject root, Random random)
    {
        var objects = Objects(root).ToArray();
        var target = objects[random.Next(objects.Length)];
        if (target.Count > 0 && random.Next(2) == 0)
        {
            var name = Pick(target.Select(p => p.Key).ToList(), random);
            target.Remove(name);
            return $"{name} is removed";
        }
        target[$"x{random.Next(3)}"] = Pick(objects, random).DeepClone();
        return "a field is added";
    }

    private static RawEntry ChangeHeader(RawEntry entry, Random random) => random.Next(6) switch
    {
        0 => entry with { SizeField = RawEntry.Octal(random.NextInt64(1L << 33)) },
        1 => entry with { SizeField = RawEntry.Base256(random.NextInt64(long.MinValue, long.MaxValue)) },
        2 => entry with { Type = (char)random.Next(0x20, 0x7F) },
        3 => entry with { ChecksumError = random.Next(-5, 5) },
        4 => entry with { Name = entry.Name[..random.Next(entry.Name.Length)] },
        _ => entry with { Content = entry.Content[..random.Next(entry.Content.Length + 1)] },
    };

    private static void SwapContents(List<RawEntry> entries, Random random)
    {
        var (one, two) = (random.Next(entries.Count), random.Next(entries.Count));
        (entries[one], entries[two]) = (entries[one] with { Content = entries[two].Content },
            entries[two] with { Content = entries[one].Content });
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject own => own.SelectMany(p => Objects(p.Value)).Prepend(own),
        JsonArray array => array.SelectMany(Objects),
        _ => [],
    };

    private static IEnumerable<(JsonObject Parent, string Name, JsonNode? Value)> Values(JsonObject root) =>
        Objects(root).SelectMany(o => o.Select(p => (o, p.Key, p.Value)).ToArray())
            .Where(v => v.Value is null or JsonValue);

    private static T Pick<T>(IReadOnlyList<T> items, Random random) => items[random.Next(items.Count)];

    private static async Task<bool> RestoresAsync(
        DeltaLab lab, MemoryImage baseline, MemoryImage target, string what)
    {
        try
        {
            target.AssertSame(await lab.RestoreAsync(baseline));
            lab.AssertTidy();
            return true;
        }
        catch (DiffahException e)
        {
            Assert.True(e.Error.Category is DiffahErrorCategory.Content or DiffahErrorCategory.User
                || e.Error == DiffahErrors.DiskFull, $"{what}: {e.Error.Code}: {e.Message}");
            Errors.AssertHelpful(e);
            Assert.True(e.Message.Length < 2000, what);
            lab.AssertNothingLeft();
            return false;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{what}: {e.GetType()}: {e.Message}", e);
        }
    }
}
