// Makes the replica set and the hubs' user. Run again, it changes nothing.
const root = "root:" + encodeURIComponent(process.env.MONGO_ROOT_PASSWORD);

const first = connect(`mongodb://${root}@mongo1/admin?directConnection=true`);
try {
  first.adminCommand({ replSetGetStatus: 1 });
} catch (e) {
  if (e.codeName !== "NotYetInitialized") throw e;
  first.adminCommand({
    replSetInitiate: {
      _id: "rs0",
      members: ["mongo1", "mongo2", "mongo3"].map((name, n) => ({ _id: n, host: `${name}:27017` })),
    },
  });
}

// This waits until there is a primary.
const palier = connect(`mongodb://${root}@mongo1,mongo2,mongo3/palier?replicaSet=rs0&authSource=admin`);
if (!palier.getUser("palier")) {
  palier.createUser({
    user: "palier",
    pwd: process.env.PALIER_MONGO_PASSWORD,
    roles: [{ role: "readWrite", db: "palier" }],
  });
}
