using Diffah.Engine.Compression.Mixing;
using Diffah.Engine.Deltas.Codecs.Content.Models;

namespace Diffah.Tests.Architecture;

/// <summary>A receiver's models have to come to the very numbers of the producer's, on any machine.</summary>
public sealed class SameBytesTests
{
    [Fact]
    public void Models_reckon_with_whole_numbers_and_no_order_of_the_machine()
    {
        using var engine = new AssemblyScan(typeof(ContextMixer).Assembly.Location);
        string[] rooms = [typeof(ContextMixer).Namespace!, typeof(OpModel).Namespace!];
        Assert.All(rooms, room => Assert.Contains(engine.Types, t => t.Namespace == room));
        Assert.Empty(MachineRules.Violations(engine, rooms));
    }

    [Fact]
    public void Fractions_and_the_order_of_the_machine_are_found()
    {
        using var scan = new AssemblyScan(typeof(SameBytesTests).Assembly.Location);
        var found = MachineRules.Violations(scan, "Diffah.Tests.Architecture.MachineHouse").ToArray();
        foreach (var name in new[] { "Hidden", "Root", "Field", "Words", "Cast" })
            Assert.Contains(found, line => line.Contains("." + name, StringComparison.Ordinal)
                || line.Contains("::" + name, StringComparison.Ordinal));
        Assert.DoesNotContain(found, line => line.Contains("Fine", StringComparison.Ordinal));
    }
}
